//! What Segue indexes and how it is asked.
