//! Numbers and strings as bytes: the rows and columns of an index are written with these.

use std::io;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Status, compress_bound};

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

/// Appends a string that ends with a byte that no string holds: shorter than its length before it, once deflated.
pub(crate) fn put_line(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
    out.push(LINE_END);
}

/// Ends a string: UTF-8 has no such byte.
const LINE_END: u8 = 0xff;

/// How hard [`deflate`] tries: beyond this, much more time buys little.
const LEVEL: i32 = 7;

/// Bytes made fewer. Deflate, because its decoder is small and the page carries it.
pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    deflate_after(&[], bytes)
}

/// Bytes made fewer that may refer to others known to whoever reads them: what is said there need not be said again.
pub(crate) fn deflate_after(known: &[u8], bytes: &[u8]) -> Vec<u8> {
    // No header, and the largest window.
    let config = DeflateConfig { level: LEVEL, window_bits: -15, ..DeflateConfig::default() };
    let mut stream = Deflate::new_with_config(config);
    if !known.is_empty() {
        stream.set_dictionary(known).expect("a stream that has not begun takes a dictionary");
    }
    let mut out = vec![0; compress_bound(bytes.len())];
    let status = stream.compress(bytes, &mut out, DeflateFlush::Finish);
    assert!(matches!(status, Ok(Status::StreamEnd)), "the bound holds all that is made of them: {status:?}");
    out.truncate(stream.total_out() as usize);
    out
}

/// The bytes that [`deflate`] made fewer.
pub(crate) fn inflate(bytes: &[u8]) -> io::Result<Vec<u8>> {
    /// More than any part of an index: a damaged one is not to fill the memory.
    const MOST: usize = 1 << 28;
    miniz_oxide::inflate::decompress_to_vec_with_limit(bytes, MOST)
        .map_err(|cause| io::Error::new(io::ErrorKind::InvalidData, cause))
}

/// The `length` bytes that [`deflate_after`] made fewer.
pub(crate) fn inflate_after(known: &[u8], bytes: &[u8], length: usize) -> io::Result<Vec<u8>> {
    let mut out = vec![0; known.len() + length];
    out[..known.len()].copy_from_slice(known);
    let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (status, _, written) = decompress(&mut DecompressorOxide::new(), bytes, &mut out, known.len(), flags);
    if status != TINFLStatus::Done || written != length {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it does not inflate to what was deflated"));
    }
    out.drain(..known.len());
    Ok(out)
}

/// Takes numbers and strings off the front of some bytes.
pub(crate) struct Wire<'a>(pub(crate) &'a [u8]);

impl<'a> Wire<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn number(&mut self) -> io::Result<u64> {
        // Nearly all are small.
        if let [byte @ ..0x80, rest @ ..] = self.0 {
            self.0 = rest;
            return Ok(u64::from(*byte));
        }
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

    pub(crate) fn line(&mut self) -> io::Result<&'a str> {
        let length = self.0.iter().position(|byte| *byte == LINE_END).ok_or(io::ErrorKind::UnexpectedEof)?;
        let line = self.bytes(length)?;
        self.bytes(1)?;
        std::str::from_utf8(line).map_err(|cause| io::Error::new(io::ErrorKind::InvalidData, cause))
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
        put_line(&mut bytes, "Zoë");
        put_line(&mut bytes, "");
        let mut wire = Wire(&bytes);
        for number in [0, 1, 127, 128, 300, u64::MAX] {
            assert_eq!(wire.number().unwrap(), number);
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX] {
            assert_eq!(wire.signed().unwrap(), number);
        }
        assert_eq!(wire.text().unwrap(), "Zoë");
        assert_eq!(wire.line().unwrap(), "Zoë");
        assert_eq!(wire.line().unwrap(), "");
        assert!(wire.is_empty());
        assert!(wire.number().is_err());
        assert!(Wire(&[5, b'a']).text().is_err());
        assert!(Wire(b"a").line().is_err());
    }

    #[test]
    fn what_is_known_is_not_said_again() {
        let known = crate::published::tests::noise(16_000, 5);
        let bytes = [&known[3_000..9_000], b"and more", &known[..2_000]].concat();
        let fewer = deflate_after(&known, &bytes);
        assert!(fewer.len() < 200, "{}", fewer.len());
        assert!(inflate_after(&known, &fewer, bytes.len()).unwrap() == bytes);
        assert!(inflate_after(&[], &fewer, bytes.len()).is_err());
        assert!(inflate_after(&known, &fewer, bytes.len() - 1).is_err());
        for (known, bytes) in [(&b""[..], &b"text"[..]), (b"text", b""), (b"", b"")] {
            assert_eq!(inflate_after(known, &deflate_after(known, bytes), bytes.len()).unwrap(), bytes);
        }
    }
}
