//! Work that nobody waits for: on a thread of its own, behind all that somebody waits for.

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

/// How much less than others a background thread is given, from 0 to 19.
#[cfg(target_os = "linux")]
const NICE: i32 = 15;

/// A pool of one thread that gives way. What is run in it uses no other thread, so that a page that is made meanwhile
/// never queues behind it.
pub fn pool(name: &'static str) -> Result<ThreadPool, ThreadPoolBuildError> {
    ThreadPoolBuilder::new().num_threads(1).thread_name(move |_| name.to_owned()).start_handler(|_| give_way()).build()
}

/// Asks the system to run this thread after others. Where that is refused, it runs as they do.
#[cfg(target_os = "linux")]
fn give_way() {
    // On Linux a priority is a thread's own; on other systems this would slow the whole preview.
    rustix::process::setpriority_process(None, NICE).ok();
}

/// Other systems know no priority of one thread without unsafe calls.
#[cfg(not(target_os = "linux"))]
fn give_way() {}
