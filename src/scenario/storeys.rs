//! Names of storeys and runs of them: `"B2"`, `"1F"`, `"33F"`, `"roof"`, `"2F..16F"`, `"B2..1F"`.

/// A run of storeys has at most this many.
pub const MOST_STOREYS: usize = 200;

/// Why the name of a storey or run of storeys cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreyError {
    /// Nothing but spaces.
    #[error("the name is empty")]
    Empty,
    /// An end of a run that has no number.
    #[error("the ends of a run are numbered storeys such as `2F..16F` or `B2..1F`")]
    NotNumbered,
    /// A run from the higher storey to the lower.
    #[error("a run goes from the lower storey to the higher")]
    Descending,
    /// More than [`MOST_STOREYS`].
    #[error("a run has at most {MOST_STOREYS} storeys")]
    TooLong,
}
impl StoreyError {
    /// In Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Empty => "楼层名是空的",
            Self::NotNumbered => "楼层区间的两端要是带编号的楼层，如「2F..16F」「B2..1F」",
            Self::Descending => "楼层区间要从低到高写",
            Self::TooLong => "楼层区间最多 200 层",
        }
    }
}

/// Number of a storey: `B2` is −2, `1F` is 1; there is no 0.
fn number(name: &str) -> Option<i32> {
    let (digits, below) = match name.strip_prefix('B') {
        Some(d) => (d, true),
        None => (name.strip_suffix('F')?, false),
    };
    let plain = !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit());
    let n: i32 = if plain && !digits.starts_with('0') {
        digits.parse().ok()?
    } else {
        return None;
    };
    Some(if below { -n } else { n })
}

/// The names of a run of storeys from the lowest up (`"2F..4F"` is 2F, 3F, 4F), or the one name given.
///
/// # Errors
/// An empty name, ends without numbers, a run that goes down or is longer than [`MOST_STOREYS`].
pub fn expand_storeys(run: &str) -> Result<Vec<String>, StoreyError> {
    let Some((from, to)) = run.split_once("..") else {
        return if run.trim().is_empty() {
            Err(StoreyError::Empty)
        } else {
            Ok(vec![run.to_owned()])
        };
    };
    let (Some(from), Some(to)) = (number(from.trim()), number(to.trim())) else {
        return Err(StoreyError::NotNumbered);
    };
    if to < from {
        return Err(StoreyError::Descending);
    }
    let count = (to - from) as usize + usize::from(from > 0 || to < 0);
    if count > MOST_STOREYS {
        return Err(StoreyError::TooLong);
    }
    let name = |n: i32| if n < 0 { format!("B{}", -n) } else { format!("{n}F") };
    Ok((from..=to).filter(|n| *n != 0).map(name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_expanded_from_the_lowest_up() {
        assert_eq!(
            expand_storeys("2F..4F"),
            Ok(vec!["2F".into(), "3F".into(), "4F".into()])
        );
        assert_eq!(
            expand_storeys("B2..1F"),
            Ok(vec!["B2".into(), "B1".into(), "1F".into()])
        );
        assert_eq!(expand_storeys("5F..5F"), Ok(vec!["5F".into()]));
        assert_eq!(expand_storeys("roof"), Ok(vec!["roof".into()]));
        assert_eq!(expand_storeys("2F..16F").map(|v| v.len()), Ok(15));
        assert_eq!(expand_storeys("B3..B1").map(|v| v.len()), Ok(3));
    }

    #[test]
    fn malformed_runs_say_why() {
        assert_eq!(expand_storeys(" "), Err(StoreyError::Empty));
        assert_eq!(expand_storeys("16F..2F"), Err(StoreyError::Descending));
        assert_eq!(expand_storeys("1F..B1"), Err(StoreyError::Descending));
        assert_eq!(expand_storeys("1F..roof"), Err(StoreyError::NotNumbered));
        assert_eq!(expand_storeys("..3F"), Err(StoreyError::NotNumbered));
        assert_eq!(expand_storeys("0F..3F"), Err(StoreyError::NotNumbered));
        assert_eq!(expand_storeys("1F..201F"), Err(StoreyError::TooLong));
        assert_eq!(expand_storeys("1F..99999999999F"), Err(StoreyError::NotNumbered));
    }
}
