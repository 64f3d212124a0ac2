//! The frames of a recording: how bytes are laid out, chained and found damaged. Knows nothing of what they mean.
//!
//! A file is `FDRILREC`, the contract version (u32), then frames. A frame is the length of its payload (u32), its kind
//! (u8), a check of this head (4 bytes), the payload, and a checksum (16 bytes). All numbers are little-endian. Both
//! checks are BLAKE3, begun with the checksum before (the first with that of magic and version): a changed byte, a frame
//! taken out, put in or moved all break the chain. The head has its own check so that a changed length is told from a
//! file that was cut off.

/// First bytes of a recording.
pub const MAGIC: [u8; 8] = *b"FDRILREC";

/// Version of the recording's contract. Raised when an older program could not read it, or when this one can no longer
/// read older ones.
pub const CONTRACT: u32 = 2;

const HEAD: usize = 9;
const CHECK: usize = 16;
/// Magic and version.
pub(super) const START: usize = MAGIC.len() + 4;

/// Checksum of everything up to here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chain([u8; CHECK]);

impl Chain {
    fn start(start: &[u8]) -> Self {
        Self(first(blake3::hash(start)))
    }
    fn head(self, head: &[u8]) -> [u8; 4] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(b"head").update(head);
        first(hasher.finalize())
    }
    fn next(self, head: &[u8], payload: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(b"frame").update(head).update(payload);
        Self(first(hasher.finalize()))
    }
}

/// The first bytes of a hash.
fn first<const N: usize>(hash: blake3::Hash) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&hash.as_bytes()[..N]);
    out
}

/// Magic and version, and the chain that begins with them.
pub(super) fn begin() -> (Vec<u8>, Chain) {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&CONTRACT.to_le_bytes());
    let chain = Chain::start(&bytes);
    (bytes, chain)
}

/// Lays out a frame; `None` if its payload is longer than 4 GiB.
pub(super) fn encode(chain: Chain, kind: u8, payload: &[u8]) -> Option<(Vec<u8>, Chain)> {
    let length = u32::try_from(payload.len()).ok()?;
    let mut bytes = Vec::with_capacity(HEAD + payload.len() + CHECK);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.push(kind);
    let check = chain.head(&bytes);
    let next = chain.next(&bytes, payload);
    bytes.extend_from_slice(&check);
    bytes.extend_from_slice(payload);
    bytes.extend_from_slice(&next.0);
    Some((bytes, next))
}

/// A whole and undamaged frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    pub kind: u8,
    /// First byte in the file.
    pub offset: usize,
    pub payload: &'a [u8],
}

/// Why a file cannot be read frame by frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Empty,
    NotARecording,
    /// It ends within the first bytes.
    CutAtStart,
    Version(u32),
    /// The checks of a frame do not agree with it.
    Damaged {
        frame: usize,
        offset: usize,
    },
}

/// The frames, and the offset at which the file was cut off, if it ends within a frame.
#[derive(Debug)]
pub(super) struct Frames<'a> {
    pub frames: Vec<Frame<'a>>,
    pub cut: Option<usize>,
}

/// Takes a file apart. Allocates no more than the file has frames, whatever its lengths claim.
pub(super) fn read(bytes: &[u8]) -> Result<Frames<'_>, Fault> {
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    let Some((start, mut rest)) = bytes.split_at_checked(START) else {
        return Err(if MAGIC.starts_with(&bytes[..bytes.len().min(MAGIC.len())]) {
            Fault::CutAtStart
        } else {
            Fault::NotARecording
        });
    };
    let Some(version) = start.strip_prefix(&MAGIC) else {
        return Err(Fault::NotARecording);
    };
    let version = u32::from_le_bytes([version[0], version[1], version[2], version[3]]);
    if version != CONTRACT {
        return Err(Fault::Version(version));
    }
    let mut chain = Chain::start(start);
    let mut frames = Vec::new();
    while !rest.is_empty() {
        let offset = bytes.len() - rest.len();
        let damaged = Fault::Damaged {
            frame: frames.len(),
            offset,
        };
        // After a power cut a file may end in zeros that were never written.
        if rest.len() < HEAD || rest.iter().all(|b| *b == 0) {
            return Ok(Frames {
                frames,
                cut: Some(offset),
            });
        }
        let (head, body) = rest.split_at(HEAD);
        let (described, check) = head.split_at(HEAD - 4);
        if chain.head(described) != check {
            return Err(damaged);
        }
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some((payload, tail)) = body.split_at_checked(length).filter(|(_, tail)| tail.len() >= CHECK) else {
            return Ok(Frames {
                frames,
                cut: Some(offset),
            });
        };
        let (check, after) = tail.split_at(CHECK);
        chain = chain.next(described, payload);
        if chain.0 != check {
            return Err(damaged);
        }
        frames.push(Frame {
            kind: described[4],
            offset,
            payload,
        });
        rest = after;
    }
    Ok(Frames { frames, cut: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(payloads: &[&[u8]]) -> Vec<u8> {
        let (mut bytes, mut chain) = begin();
        for p in payloads {
            let (frame, next) = encode(chain, 7, p).unwrap();
            bytes.extend_from_slice(&frame);
            chain = next;
        }
        bytes
    }

    #[test]
    fn frames_come_back_as_they_went_in() {
        let bytes = file(&[b"one", b"", b"three"]);
        let read = read(&bytes).unwrap();
        assert_eq!(read.cut, None);
        let payloads: Vec<_> = read.frames.iter().map(|f| f.payload).collect();
        assert_eq!(payloads, [b"one".as_slice(), b"", b"three"]);
        assert!(read.frames.iter().all(|f| f.kind == 7));
    }

    #[test]
    fn any_changed_bit_is_found_and_its_frame_named() {
        let bytes = file(&[b"one", b"two", b"three"]);
        let offsets: Vec<_> = read(&bytes).unwrap().frames.iter().map(|f| f.offset).collect();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                let fault = read(&changed).unwrap_err();
                match at {
                    0..8 => assert_eq!(fault, Fault::NotARecording),
                    8..START => assert!(matches!(fault, Fault::Version(_))),
                    _ => {
                        let frame = offsets.iter().filter(|o| **o <= at).count() - 1;
                        assert_eq!(
                            fault,
                            Fault::Damaged {
                                frame,
                                offset: offsets[frame]
                            },
                            "byte {at}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn frames_taken_out_or_swapped_are_found() {
        let bytes = file(&[b"aaa", b"bbb", b"ccc"]);
        let o: Vec<_> = read(&bytes).unwrap().frames.iter().map(|f| f.offset).collect();
        let without = [&bytes[..o[1]], &bytes[o[2]..]].concat();
        assert_eq!(read(&without).unwrap_err(), Fault::Damaged { frame: 1, offset: o[1] });
        let swapped = [&bytes[..o[0]], &bytes[o[1]..o[2]], &bytes[o[0]..o[1]], &bytes[o[2]..]].concat();
        assert_eq!(read(&swapped).unwrap_err(), Fault::Damaged { frame: 0, offset: o[0] });
    }

    #[test]
    fn a_cut_file_gives_its_whole_frames() {
        let bytes = file(&[b"one", b"two", b"three"]);
        let o: Vec<_> = read(&bytes).unwrap().frames.iter().map(|f| f.offset).collect();
        for length in START..bytes.len() {
            let read = read(&bytes[..length]).unwrap();
            let whole = o.iter().skip(1).filter(|x| **x <= length).count();
            assert_eq!(read.frames.len(), whole, "{length}");
            assert_eq!(read.cut.is_none(), o.contains(&length), "{length}");
        }
    }

    #[test]
    fn zeros_after_a_power_cut_count_as_cut_off() {
        let mut bytes = file(&[b"one", b"two"]);
        let whole = bytes.len();
        bytes.extend_from_slice(&[0; 4096]);
        let read = read(&bytes).unwrap();
        assert_eq!((read.frames.len(), read.cut), (2, Some(whole)));
    }

    #[test]
    fn a_huge_length_is_not_believed() {
        let (mut bytes, chain) = begin();
        let head = [0xff, 0xff, 0xff, 0xff, 1];
        bytes.extend_from_slice(&head);
        bytes.extend_from_slice(&chain.head(&head));
        bytes.extend_from_slice(b"little");
        let read = read(&bytes).unwrap();
        assert_eq!((read.frames.len(), read.cut), (0, Some(START)));
    }

    #[test]
    fn other_files_and_versions_are_told_apart() {
        assert_eq!(read(b"").unwrap_err(), Fault::Empty);
        assert_eq!(read(b"FDR").unwrap_err(), Fault::CutAtStart);
        assert_eq!(read(b"PNG").unwrap_err(), Fault::NotARecording);
        assert_eq!(read(b"a text of some length").unwrap_err(), Fault::NotARecording);
        assert_eq!(read(b"FDRILREC\x03\0\0\0").unwrap_err(), Fault::Version(3));
        assert_eq!(read(b"FDRILREC\x01\0\0\0").unwrap_err(), Fault::Version(1));
        assert_eq!(read(b"FDRILREC\x02\0\0\0").unwrap().frames.len(), 0);
    }
}
