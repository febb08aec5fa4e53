//! Why a form does not connect: the catalogue of causes. The explain log, `doorstep doctor`, the client kits and the pages
//! under `/errors/` name a cause by its id, so that one search finds everything about it.
//!
//! An id is a promise like a [`crate::Code`]: one is added, never given to another cause.

use std::fmt;

macro_rules! causes {
    ($($number:literal $name:ident $title:literal;)*) => {
        /// What keeps a page or an app from its server.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Cause { $($name),* }

        impl Cause {
            pub const ALL: &[Self] = &[$(Self::$name),*];
            /// Its number: 1 is shown as `DS-01`.
            pub const fn number(self) -> u8 {
                match self { $(Self::$name => $number),* }
            }
            /// What is wrong, in one short sentence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }
        }
    };
}

causes! {
    1 OriginRefused "The page's origin is not allowed";
    2 HeadersLost "An error lost its CORS headers on the way";
    3 WildcardOrigin "\"*\" cannot be used with cookies";
    4 CredentialsHeaderLost "A gateway removes Access-Control-Allow-Credentials";
    5 HeaderNotAllowed "The preflight does not allow a header or a method";
    6 PreflightRefused "The preflight is redirected or refused";
    7 CachedCors "A cache gives one page's answer to another";
    8 HeaderNotExposed "The page cannot read an answer's header";
    9 TwoNamesOfThisMachine "The page and the API use two names of this machine";
    10 RandomPort "The page's port is another one each time";
    11 ThirdPartyCookie "The API is on another site, and browsers drop its cookie";
    12 CookieFlags "The cookie's flags do not fit the address";
    13 MixedContent "A page on https calls an address that browsers keep from it";
    14 CookieNotSent "The cookie was set and never comes back";
    15 OriginDemanded "A request with a cookie has no origin";
    16 FieldNames "The fields have other names";
    17 FormInsteadOfJson "The body is a form where JSON is expected";
    18 NotJson "The body is not JSON";
    19 Redirected "The address redirects";
    20 WebPage "A web page answers instead of the API";
    21 BaseUrlMissing "The base URL is missing or wrong";
    22 WrongDecoding "The answer was read in another encoding";
    23 RelativeOnServer "A relative address has no host on a server";
    24 EmulatorLocalhost "In the emulator, localhost is the emulator";
    25 NothingAnswers "Nothing answers at this address";
    26 NoInternetPermission "The app may not use the network";
    27 NoNetworkEntitlement "The app's sandbox has no network";
    28 CleartextForbidden "The platform forbids plain http";
    29 CertificateRefused "The certificate is not trusted";
    30 OneAddressFamily "localhost is one address here and another one there";
    31 TunnelPage "The tunnel answers with a page of its own";
    32 NoAnswerInTime "The answer did not come in time";
    33 SentTwice "The form was sent twice";
    34 TokenUsedTwice "A one-time token was used twice within a moment";
    35 StaleState "The state of the last render was read";
    36 UsedAfterDispose "The answer came after the page was gone";
    37 RefreshRace "A refresh token was used twice";
    38 OfflineTakenForSignedOut "Without a network the customer looks signed out";
    39 PasswordInUrl "A password stands in an address";
    40 FormEmptied "The form is empty after a failed try";
    41 HydrationMismatch "The page was rendered with another session";
    42 SecondReact "There are two copies of React, or a lost \"use client\"";
    43 ClockSkew "The clocks differ";
    44 StorageUnreadable "The stored session cannot be read";
    45 PasswordManager "The password manager does not offer to save";
}

/// What there is to say of each cause, as TOML: a table for each id. `doorstep_server::explain::catalogue` reads it, and
/// pages, documents and the doctor are made of that.
pub const TEXTS: [&str; 4] = [
    include_str!("cause/browser.toml"),
    include_str!("cause/payload.toml"),
    include_str!("cause/network.toml"),
    include_str!("cause/runtime.toml"),
];

impl Cause {
    /// The cause of an id as it is shown: `DS-01`, in any case.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|cause| cause.to_string().eq_ignore_ascii_case(id))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DS-{:02}", self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_found_again_and_no_number_is_left_out() {
        for (place, cause) in Cause::ALL.iter().enumerate() {
            assert_eq!(usize::from(cause.number()), place + 1);
            assert_eq!(Cause::from_id(&cause.to_string().to_lowercase()), Some(*cause));
        }
        assert_eq!(Cause::from_id("DS-1"), None);
        assert_eq!(Cause::from_id("DS-99"), None);
    }
}
