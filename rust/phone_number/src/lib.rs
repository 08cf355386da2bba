//! The crate `phonenumber` behind a C ABI: see src/platform/engine/duckdb/phone_numbers.cpp, which calls it.
use std::panic::catch_unwind;
use std::slice;
use std::str::{self, FromStr};

use phonenumber::country::Id;
use phonenumber::metadata::DATABASE;
use phonenumber::{parse, Mode, PhoneNumber};

fn text<'a>(data: *const u8, size: usize) -> Option<&'a str> {
    if data.is_null() || size == 0 {
        return None;
    }
    // SAFETY: the caller gives `size` readable bytes at `data`.
    str::from_utf8(unsafe { slice::from_raw_parts(data, size) }).ok()
}

fn valid(region: Option<Id>, number: &str) -> Option<PhoneNumber> {
    parse(region, number).ok().filter(PhoneNumber::is_valid)
}

/// The crate takes the home region's trunk prefix off numbers of other countries too, such as Italy's zero. So what is
/// dialled abroad is read without a region: as it is where it begins with a plus, else from its country's code on.
fn found(number: &str, region: Option<Id>) -> Option<PhoneNumber> {
    let begins = number.find(|c: char| c.is_numeric() || c == '+' || c == '\u{ff0b}')?;
    if number[begins..].starts_with(['+', '\u{ff0b}']) {
        return valid(None, number);
    }
    let parsed = parse(region, number).ok()?;
    let code = parsed.country().code();
    if DATABASE.by_id(region?.as_ref())?.country_code() == code {
        return Some(parsed).filter(PhoneNumber::is_valid);
    }
    let code = code.to_string();
    (begins + 1..(begins + 9).min(number.len()))
        .filter(|&at| number.is_char_boundary(at) && number[at..].starts_with(&code))
        .find_map(|at| valid(None, &format!("+{}", &number[at..])))
}

fn e164(number: &str, region: Option<Id>) -> Option<String> {
    Some(found(number, region)?.format().mode(Mode::E164).to_string())
}

/// Writes the number in E.164 form, 16 bytes at most, and gives its length; 0 where it is no number.
///
/// # Safety
/// `number` and `region` are readable for their sizes, `into` is writable for 32 bytes.
#[no_mangle]
pub unsafe extern "C" fn ingot_phone_e164(
    number: *const u8,
    number_size: usize,
    region: *const u8,
    region_size: usize,
    into: *mut u8,
) -> usize {
    let region = text(region, region_size).and_then(|name| Id::from_str(name).ok());
    let Some(number) = text(number, number_size) else { return 0 };
    // Text of strangers comes in here; what the crate did not think of is no number.
    let Ok(Some(found)) = catch_unwind(|| e164(number, region)) else { return 0 };
    if found.len() > 32 {
        return 0;
    }
    into.copy_from_nonoverlapping(found.as_ptr(), found.len());
    found.len()
}
