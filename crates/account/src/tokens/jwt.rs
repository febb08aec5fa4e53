//! The form of an access token: three parts of base64url, a header and claims with exactly these members.
//!
//! Unknown members are refused rather than ignored: `crit`, `jku`, `jwk`, `x5u` have no meaning here, and this
//! server issues no token that has them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    pub alg: String,
    pub typ: String,
    pub kid: String,
}

/// RFC 9068 claims, and the session. Times are whole seconds; any other type is refused.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: String,
    pub sid: String,
    pub jti: String,
    pub iat: i64,
    pub exp: i64,
}

/// A token taken apart; nothing in it is trusted yet.
#[derive(Debug)]
pub struct Parsed<'a> {
    pub kid: String,
    pub claims: Claims,
    pub signed: &'a str,
    pub signature: Vec<u8>,
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// `header.claims`, the text that is signed.
pub fn signing_input(kid: &str, claims: &Claims) -> Option<String> {
    let header = Header { alg: "EdDSA".to_owned(), typ: "at+jwt".to_owned(), kid: kid.to_owned() };
    let header = encode(&serde_json::to_vec(&header).ok()?);
    let claims = encode(&serde_json::to_vec(claims).ok()?);
    Some(format!("{header}.{claims}"))
}

/// Takes a token apart; `None` for everything that does not have the exact form of ours.
pub fn parse(token: &str) -> Option<Parsed<'_>> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let header: Header = decode(header)?;
    if header.alg != "EdDSA" || header.typ != "at+jwt" {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    Some(Parsed { kid: header.kid, claims: decode(claims)?, signed, signature })
}

fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> String {
        format!("{}.{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()), encode(&[0; 64]))
    }

    const HEADER: &str = r#"{"alg":"EdDSA","typ":"at+jwt","kid":"k"}"#;
    const CLAIMS: &str = r#"{"iss":"i","aud":"a","sub":"s","sid":"d","jti":"j","iat":1,"exp":2}"#;

    #[test]
    fn the_exact_form_is_read() {
        assert!(parse(&token(HEADER, CLAIMS)).is_some());
    }

    #[test]
    fn other_headers_are_refused() {
        for header in [
            r#"{"alg":"none","typ":"at+jwt","kid":"k"}"#,
            r#"{"alg":"nOnE","typ":"at+jwt","kid":"k"}"#,
            r#"{"alg":"HS256","typ":"at+jwt","kid":"k"}"#,
            r#"{"alg":"ES256","typ":"at+jwt","kid":"k"}"#,
            r#"{"alg":"EdDSA","typ":"JWT","kid":"k"}"#,
            r#"{"alg":"EdDSA","kid":"k"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"k","crit":["x"]}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"k","jku":"http://x"}"#,
            r#"{"alg":"EdDSA","alg":"none","typ":"at+jwt","kid":"k"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":1}"#,
            "[]",
            "",
        ] {
            assert!(parse(&token(header, CLAIMS)).is_none(), "{header}");
        }
    }

    #[test]
    fn claims_of_other_types_are_refused() {
        for (from, to) in [
            (r#""exp":2"#, r#""exp":"2""#),
            (r#""exp":2"#, r#""exp":2.5"#),
            (r#""exp":2"#, r#""exp":1e400"#),
            (r#""exp":2"#, r#""exp":[2]"#),
            (r#","exp":2"#, ""),
            (r#""exp":2"#, r#""exp":null"#),
            (r#""iat":1"#, r#""iat":"1""#),
            (r#""aud":"a""#, r#""aud":["a"]"#),
            (r#""aud":"a""#, r#""aud":{}"#),
            (r#""exp":2"#, r#""exp":2,"exp":3"#),
            (r#""exp":2"#, r#""exp":99999999999999999999"#),
            (r#""exp":2"#, r#""exp":2,"nbf":9"#),
        ] {
            let claims = CLAIMS.replace(from, to);
            assert_ne!(claims, CLAIMS);
            assert!(parse(&token(HEADER, &claims)).is_none(), "{claims}");
        }
    }

    #[test]
    fn broken_tokens_are_refused() {
        let good = token(HEADER, CLAIMS);
        for bad in [
            "",
            ".",
            "..",
            "...",
            &good.replace('.', ""),
            &format!("{good}."),
            &format!("{good}="),
            &format!(" {good}"),
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
