//! The crate `rphonetic` behind a C ABI: see src/platform/engine/duckdb/phonetic.cpp, which calls it.
use std::panic::catch_unwind;
use std::slice;
use std::str;
use std::sync::LazyLock;

use rphonetic::{Cologne, DoubleMetaphone, Encoder, MatchRatingApproach, Metaphone, Nysiis, Soundex};
use unicode_normalization::UnicodeNormalization;

/// Codes are not cut off: of long names that begin alike each keeps its own.
const LONGEST: usize = 255;

static SOUNDEX: LazyLock<Soundex> = LazyLock::new(Soundex::default);
static METAPHONE: LazyLock<Metaphone> = LazyLock::new(|| Metaphone::new(Some(LONGEST)));
static DOUBLE_METAPHONE: LazyLock<DoubleMetaphone> = LazyLock::new(|| DoubleMetaphone::new(Some(LONGEST)));
static NYSIIS: LazyLock<Nysiis> = LazyLock::new(|| Nysiis::new(false));

fn text<'a>(data: *const u8, size: usize) -> Option<&'a str> {
    if data.is_null() || size == 0 {
        return None;
    }
    // SAFETY: the caller gives `size` readable bytes at `data`.
    str::from_utf8(unsafe { slice::from_raw_parts(data, size) }).ok()
}

/// The letters of A to Z that the encoders know, whatever accents they had.
fn plain(name: &str) -> String {
    let mut letters = String::with_capacity(name.len());
    for character in name.nfkd() {
        match character {
            'a'..='z' | 'A'..='Z' => letters.push(character.to_ascii_uppercase()),
            'ß' | 'ẞ' => letters.push_str("SS"),
            'æ' | 'Æ' => letters.push_str("AE"),
            'œ' | 'Œ' => letters.push_str("OE"),
            'ø' | 'Ø' => letters.push('O'),
            'ł' | 'Ł' => letters.push('L'),
            'đ' | 'Đ' | 'ð' | 'Ð' => letters.push('D'),
            'þ' | 'Þ' => letters.push_str("TH"),
            'ı' => letters.push('I'),
            _ => {}
        }
    }
    letters
}

fn encoded(kind: u32, name: &str) -> Option<String> {
    // Its author's rules are about the German letters.
    if kind == 6 {
        return Some(Cologne.encode(name));
    }
    let name = plain(name);
    if name.is_empty() {
        return None;
    }
    match kind {
        0 => Some(SOUNDEX.encode(&name)),
        1 => Some(METAPHONE.encode(&name)),
        2 => Some(DOUBLE_METAPHONE.double_metaphone(&name).primary()),
        3 => Some(DOUBLE_METAPHONE.double_metaphone(&name).alternate()),
        4 => Some(NYSIIS.encode(&name)),
        5 => Some(MatchRatingApproach.encode(&name)),
        _ => None,
    }
}

/// Writes what the name sounds like, 256 bytes at most, and gives its length; 0 where it has no letters.
///
/// # Safety
/// `name` is readable for its size, `into` is writable for 256 bytes.
#[no_mangle]
pub unsafe extern "C" fn ingot_phonetic_code(kind: u32, name: *const u8, size: usize, into: *mut u8) -> usize {
    let Some(name) = text(name, size) else { return 0 };
    // Text of strangers comes in here; what the crate did not think of has no sound.
    let Ok(Some(code)) = catch_unwind(|| encoded(kind, name)) else { return 0 };
    let length = code.len().min(256);
    into.copy_from_nonoverlapping(code.as_ptr(), length);
    length
}

/// Whether two names are alike by the match rating approach, whose codes are not compared for equality; 1 or 0.
///
/// # Safety
/// Both names are readable for their sizes.
#[no_mangle]
pub unsafe extern "C" fn ingot_phonetic_match_rating(
    left: *const u8,
    left_size: usize,
    right: *const u8,
    right_size: usize,
) -> u32 {
    let (Some(left), Some(right)) = (text(left, left_size), text(right, right_size)) else { return 0 };
    let alike = catch_unwind(|| MatchRatingApproach.is_encoded_equals(&plain(left), &plain(right)));
    u32::from(alike.unwrap_or(false))
}
