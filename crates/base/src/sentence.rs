//! What customers are told besides the codes' own messages, in English. The other languages stand in `texts/*.toml`.

macro_rules! sentences {
    ($($name:ident = $key:literal, $english:literal;)*) => {
        /// A sentence or a word for a customer. Names in braces are filled with values ([`crate::Text::with`]).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Sentence { $($name),* }

        impl Sentence {
            pub const ALL: &[Self] = &[$(Self::$name),*];
            /// Its name in the files of the other languages.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }
            pub const fn english(self) -> &'static str {
                match self { $(Self::$name => $english),* }
            }
        }
    };
}

sentences! {
    SignedUp = "signed_up", "User registered successfully";
    LoggedIn = "logged_in", "Logged in successfully";
    PasswordChanged = "password_changed", "Password changed successfully";
    AllRequired = "all_required", "All fields are required";
    StillNeeded = "still_needed", "Still needed: {fields}";
    TextAtMost = "text_at_most", "At most {count} characters fit here";
    PasswordAtLeast = "password_at_least", "Use at least {count} characters; a few words in a row are easy to remember";
    PasswordAtMost = "password_at_most", "Use at most {count} characters";
    InvisibleSign = "invisible_sign", "There is an invisible sign in this, {sign}. Type it again instead of copying it";
    InvisibleSignInAddress = "invisible_sign_in_address", "This address has an invisible sign in it, {sign}: type it again instead of copying it";
    PhoneSigns = "phone_signs", "Enter a phone number with country code, like +49 30 901820: digits, spaces, dashes, dots, slashes and brackets. An extension has no place here";
    PhoneLength = "phone_length", "A phone number has 7 to 15 digits, its country code included";
    PhoneNoCountry = "phone_no_country", "This number lacks its country code. Begin with + and the code, like +49 30 901820";
    PhoneNotOf = "phone_not_of", "In {country} this is no whole number. Enter it with its area code as it is dialled there, or begin with + and the country code";
    LargeRequests = "large_requests", "Too many large requests arrive right now";
    // For the pages that the server makes itself.
    TryAgain = "try_again", "Try again";
    TryAgainIn = "try_again_in", "Try again in {seconds} s.";
    TryAgainInMinutes = "try_again_in_minutes", "Try again in {minutes} minutes.";
    GoBack = "go_back", "Go back in your browser to correct the form";
    Name = "label_name", "Name";
    Email = "label_email", "E-mail";
    Password = "label_password", "Password";
}
