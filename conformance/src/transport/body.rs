//! The body of an answer, read only as far as the suite is willing to keep it.

use bytes::{BufMut, Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use super::FailureKind;

/// Bytes of one piece of a body that is being read.
const PIECE: usize = 128 * 1024;

/// Reads a body of at most `limit` bytes to its end.
///
/// # Errors
/// When it is longer (without reading any of it, where its length was announced), or breaks off.
pub(super) async fn read(mut incoming: Incoming, limit: usize) -> Result<Bytes, FailureKind> {
    let announced = usize::try_from(incoming.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(FailureKind::TooLarge(limit));
    }
    let mut pieces = Pieces::default();
    while let Some(frame) = incoming.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        if pieces.length() + data.len() > limit {
            return Err(FailureKind::TooLarge(limit));
        }
        pieces.push(&data);
    }
    Ok(pieces.into_whole())
}

/// What came so far, in pieces of one size: a buffer that grows by doubling needs twice the memory while it moves,
/// and leaves holes behind that nothing else fits in.
#[derive(Default)]
struct Pieces {
    full: Vec<Bytes>,
    last: BytesMut,
}

impl Pieces {
    fn length(&self) -> usize {
        self.full.len() * PIECE + self.last.len()
    }

    fn push(&mut self, mut data: &[u8]) {
        while !data.is_empty() {
            let (now, later) = data.split_at(data.len().min(PIECE - self.last.len()));
            self.last.put_slice(now);
            if self.last.len() == PIECE {
                self.full.push(std::mem::take(&mut self.last).freeze());
            }
            data = later;
        }
    }

    fn into_whole(self) -> Bytes {
        if self.full.is_empty() {
            return self.last.freeze();
        }
        let mut whole = BytesMut::with_capacity(self.length());
        // Each piece is given back as soon as it is copied.
        self.full.into_iter().for_each(|piece| whole.put_slice(&piece));
        whole.put_slice(&self.last);
        whole.freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_whole_in_order() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7] {
            let sent: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap_or(0)).collect();
            for step in [1000, PIECE, 5 * PIECE] {
                let mut pieces = Pieces::default();
                sent.chunks(step).for_each(|data| pieces.push(data));
                assert_eq!(pieces.length(), length);
                assert_eq!(pieces.into_whole(), sent, "{length} bytes in steps of {step}");
            }
        }
    }
}
