//! Numbers and strings as bytes: the rows and columns of an index are written with these.

use std::io;

/// Appends a number, seven bits a byte, lowest first.
pub(crate) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends a signed number; small ones of either sign are short.
pub(crate) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put_number(out, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

/// Appends a string, its length before it.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// How hard [`deflate`] tries: beyond this, much more time buys little.
const LEVEL: u8 = 7;

/// Bytes made fewer. Deflate, because its decoder is small and the page carries it.
pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec(bytes, LEVEL)
}

/// The bytes that [`deflate`] made fewer.
pub(crate) fn inflate(bytes: &[u8]) -> io::Result<Vec<u8>> {
    /// More than any part of an index: a damaged one is not to fill the memory.
    const MOST: usize = 1 << 28;
    miniz_oxide::inflate::decompress_to_vec_with_limit(bytes, MOST)
        .map_err(|cause| io::Error::new(io::ErrorKind::InvalidData, cause))
}

/// Takes numbers and strings off the front of some bytes.
pub(crate) struct Wire<'a>(pub(crate) &'a [u8]);

impl<'a> Wire<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn number(&mut self) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = *self.bytes(1)? else { break };
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(io::ErrorKind::InvalidData.into())
    }

    pub(crate) fn signed(&mut self) -> io::Result<i64> {
        let number = self.number()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    pub(crate) fn text(&mut self) -> io::Result<&'a str> {
        let length = self.number()?;
        let length = usize::try_from(length).map_err(|_| io::ErrorKind::InvalidData)?;
        std::str::from_utf8(self.bytes(length)?).map_err(|cause| io::Error::new(io::ErrorKind::InvalidData, cause))
    }

    pub(crate) fn array<const LENGTH: usize>(&mut self) -> io::Result<[u8; LENGTH]> {
        self.bytes(LENGTH)?.try_into().map_err(|_| io::ErrorKind::UnexpectedEof.into())
    }

    pub(crate) fn bytes(&mut self, length: usize) -> io::Result<&'a [u8]> {
        let (front, rest) = self.0.split_at_checked(length).ok_or(io::ErrorKind::UnexpectedEof)?;
        self.0 = rest;
        Ok(front)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_taken() {
        let mut bytes = Vec::new();
        for number in [0, 1, 127, 128, 300, u64::MAX] {
            put_number(&mut bytes, number);
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX] {
            put_signed(&mut bytes, number);
        }
        put_text(&mut bytes, "Zoë");
        let mut wire = Wire(&bytes);
        for number in [0, 1, 127, 128, 300, u64::MAX] {
            assert_eq!(wire.number().unwrap(), number);
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX] {
            assert_eq!(wire.signed().unwrap(), number);
        }
        assert_eq!(wire.text().unwrap(), "Zoë");
        assert!(wire.is_empty());
        assert!(wire.number().is_err());
        assert!(Wire(&[5, b'a']).text().is_err());
    }
}
