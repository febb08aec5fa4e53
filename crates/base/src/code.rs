//! Every code that an answer can carry. `api/error-codes.json` and the clients' types are generated from here.
//!
//! A code is a promise to programs: one is added, never renamed, never given another status.

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal, $description:literal;)*) => {
        /// What went wrong with a request, as programs read it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $name),* }

        impl Code {
            pub const ALL: &[Self] = &[$(Self::$name),*];
            /// The code as it is sent.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }
            /// The HTTP status that always goes with it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),* }
            }
            /// One short sentence for a person.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }
            /// What a developer should know and do.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$name => $description),* }
            }
        }
    };
}

codes! {
    MissingFields = "missing_fields", 400, "A required field is missing",
        "A required field is absent or empty. `fields` names each one.";
    MalformedBody = "malformed_body", 400, "The request body cannot be read",
        "The body is not valid JSON (or not a valid form). `detail` says where reading stopped.";
    MalformedRequest = "malformed_request", 400, "The request cannot be read",
        "A header or a part of the path is malformed, or was sent twice. `detail` names it.";
    InvalidCredentials = "invalid_credentials", 401, "E-mail or password is wrong",
        "The pair of e-mail and password does not open an account. The answer is the same for unknown addresses.";
    NoSession = "no_session", 401, "You are not signed in",
        "The request carries neither `Authorization: Bearer <token>` nor the session cookie.";
    SessionEnded = "session_ended", 401, "You have been signed out",
        "The session was ended (logout, password change, another device, expiry). Sign in again.";
    TokenExpired = "token_expired", 401, "The access token has expired",
        "The access token is past its time. Get a new one from `POST /api/token/refresh`.";
    TokenInvalid = "token_invalid", 401, "The token cannot be used here",
        "The token is malformed, of another kind, or was not issued here. Send `Authorization: Bearer <token>`.";
    RefreshReused = "refresh_reused", 401, "This refresh token was used before",
        "A refresh token works once. Its second use outside the grace window ended the whole session: it may have been stolen.";
    CsrfRefused = "csrf_refused", 403, "This page may not act for the customer",
        "A request with the session cookie (or one that asks for it) must come from the shop's own pages: send it from an allowed origin.";
    AccountDisabled = "account_disabled", 403, "This account is disabled",
        "The password is right, but the shop has disabled the account.";
    NotFound = "not_found", 404, "There is nothing here",
        "No route has this path, or the thing does not exist or is not yours.";
    MethodNotAllowed = "method_not_allowed", 405, "This method is not allowed here",
        "The path exists with other methods; the `Allow` header lists them.";
    RequestTimeout = "request_timeout", 408, "The request took too long to arrive",
        "The body did not arrive in time. Send it again.";
    EmailTaken = "email_taken", 409, "This e-mail address is already registered",
        "An account with this address exists. Offer the login form.";
    LimitReached = "limit_reached", 409, "There are too many of these already",
        "A fixed upper bound is reached; remove one first. `detail` names the bound.";
    ChallengeSpent = "challenge_spent", 410, "This code or link is not good any more",
        "It was used, is past its time, had too many wrong codes, or a later mail has replaced it. Ask for a new mail. A link goes on when codes do not.";
    ChangedMeanwhile = "changed_meanwhile", 412, "Somebody changed this meanwhile",
        "`If-Match` does not name the current version. Read it again, then repeat the change.";
    PayloadTooLarge = "payload_too_large", 413, "The request body is too large",
        "The body is larger than `server.body_limit`.";
    UnsupportedMediaType = "unsupported_media_type", 415, "This content type is not understood",
        "Send `Content-Type: application/json` (sign-up and login also take application/x-www-form-urlencoded).";
    Misdirected = "misdirected", 421, "This server does not answer to this name",
        "In dev mode the server answers to names that no stranger can have. Set `server.public_url` to yours.";
    InvalidFields = "invalid_fields", 422, "Some fields need attention",
        "`fields` holds a code and a message for each refused field. With exactly one, `message` is that field's.";
    IdempotencyMismatch = "idempotency_mismatch", 422, "This Idempotency-Key belongs to another request",
        "The key was used before with other contents. Make a new key for each new request.";
    RateLimited = "rate_limited", 429, "Too many attempts",
        "Wait for the number of seconds in `Retry-After`.";
    Internal = "internal", 500, "Something went wrong on our side",
        "A fault of the server. The log has the cause under the request id.";
    Busy = "busy", 503, "Too many people are signing in right now",
        "The queue for password checks is full. Try again after `Retry-After` seconds; nothing was changed.";
    Unavailable = "unavailable", 503, "The service is not available right now",
        "The database does not answer. Try again after `Retry-After` seconds.";
    Timeout = "timeout", 503, "The answer took too long",
        "The server gave up on this request. It may or may not have taken effect: repeat it with the same Idempotency-Key.";
}

macro_rules! field_codes {
    ($($name:ident = $code:literal, $message:literal;)*) => {
        /// What is wrong with one field of a body.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum FieldCode { $($name),* }

        impl FieldCode {
            pub const ALL: &[Self] = &[$(Self::$name),*];
            /// The code as it is sent.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }
            /// What a person is told when the rule has nothing more exact to say.
            pub const fn message(self) -> &'static str {
                match self { $(Self::$name => $message),* }
            }
        }
    };
}

field_codes! {
    Required = "required", "This field is required";
    UnknownField = "unknown_field", "Unknown field";
    DuplicateField = "duplicate_field", "This field was sent twice";
    WrongType = "wrong_type", "This is of the wrong type";
    EmailInvalid = "email_invalid", "Enter an e-mail address like name@example.com";
    EmailDots = "email_dots", "This address has a dot at the start, before the @, or two dots in a row. Some Japanese carriers gave such addresses out, but mail servers elsewhere refuse them. Enter another one";
    EmailTaken = "email_taken", "This e-mail address is already registered";
    EmailUnchanged = "email_unchanged", "This is your address already";
    EmailTooLong = "email_too_long", "An e-mail address has at most 254 bytes";
    PasswordTooShort = "password_too_short", "This password is too short";
    PasswordTooLong = "password_too_long", "This password is too long";
    PasswordCommon = "password_common", "This password seems to be one of the most common ones, and the first that are tried. Choose another";
    PasswordBreached = "password_breached", "This password seems to have appeared in a data breach. Choose another";
    PasswordContainsIdentity = "password_contains_identity", "This password is made of your name, your e-mail address or the shop's name. Add something only you know";
    NameTooLong = "name_too_long", "A name has at most 200 characters";
    TextTooLong = "text_too_long", "This text is too long";
    InvalidCharacters = "invalid_characters", "This contains characters that cannot be used here";
    InvalidChoice = "invalid_choice", "This is not one of the choices";
    PhoneInvalid = "phone_invalid", "Enter a phone number with country code, like +49 30 901820";
    PhoneCountryNeeded = "phone_country_needed", "Begin with + and the country code, like +49 30 901820";
    LocaleInvalid = "locale_invalid", "Enter a language tag like en or de-AT";
    CodeWrong = "code_wrong", "This code is not right. Look at the newest mail";
    CountryInvalid = "country_invalid", "Enter a country code of two letters, like DE";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_code_is_given_twice() {
        let codes: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        let fields: HashSet<_> = FieldCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!((codes.len(), fields.len()), (Code::ALL.len(), FieldCode::ALL.len()));
    }
}
