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
    RecoverySent = "recovery_sent", "If this address has an account, a mail is on its way. Look among unwanted mails too";
    VerificationSent = "verification_sent", "A mail is on its way to your address. Look among unwanted mails too";
    SignupSent = "signup_sent", "Almost done: a mail is on its way to this address. Confirm the address with it. Look among unwanted mails too";
    EmailChangeSent = "email_change_sent", "A mail is on its way to the new address. It becomes yours here when you confirm it";
    LoginWaits = "login_waits", "Open the link of the mail, and choose this number there";
    PasswordRecovered = "password_recovered", "Your password is changed. Log in with it";
    EmailVerified = "email_verified", "Your e-mail address is confirmed";
    EmailChanged = "email_changed", "Your e-mail address is changed";
    EmailRestored = "email_restored", "The account has its former address again. Every device is signed out, and a mail to choose a new password is on its way";
    WrongOrUnproven = "wrong_or_unproven", "E-mail or password is wrong, or the address is not confirmed yet";
    PasswordOrNew = "password_or_new", "Enter your password, or choose a new one";
    TriesLeft = "tries_left", "This code is not right. Look at the newest mail. Tries left: {count}";
    CodeSpent = "code_spent", "This code is not good any more. Use the link in the newest mail, or ask for another";
    MailsEnough = "mails_enough", "This address has had enough mails for now. Use the link in the newest one";
    // For the pages behind the links of mails.
    ChoosePassword = "choose_password", "Choose a new password";
    ConfirmEmail = "confirm_email", "Confirm your e-mail address";
    LogIn = "log_in", "Log in";
    LogInAs = "log_in_as", "This logs you in as {email}";
    LogInHere = "log_in_here", "Here, in this browser";
    LogInThere = "log_in_there", "On the device that shows the number {number}";
    LoggedInThere = "logged_in_there", "It is logged in. Go on at the other device";
    NumberWrong = "number_wrong", "The device that asked shows another number. Nobody is logged in: ask for a new mail, if it was you who asked";
    ConfirmNewEmail = "confirm_new_email", "Confirm your new e-mail address";
    EmailBecomes = "email_becomes", "The account gets the address {email}";
    EmailBecomesExplained = "email_becomes_explained", "Enter the password of the account that this address is for";
    TakeBackEmail = "take_back_email", "Take the change of your address back";
    TakeBackExplained = "take_back_explained", "The account gets the address {email} again. This signs out every device and takes the password away. You get a mail to choose a new one";
    TakeBack = "take_back", "Take it back";
    WasItYou = "was_it_you", "Was it not you?";
    AskedFrom = "asked_from", "This was asked for from {device} at {at}. Go on only if it was you";
    AskedAt = "asked_at", "This was asked for at {at}. Go on only if it was you";
    VerifyExplained = "verify_explained", "Enter the password of this account. If you do not know it, choose a new one: everybody who is signed in is signed out then";
    ShutExplained = "shut_explained", "This signs out every device and takes the password away. You get a mail to choose a new one";
    ShutDone = "shut_done", "Every device is signed out and the former password is gone. A mail to choose a new one is on its way";
    NotMe = "not_me", "It was not me";
    NewPassword = "label_new_password", "New password";
    SavePassword = "save_password", "Save password";
    Confirm = "confirm", "Confirm";
    EndEverything = "end_everything", "End everything";
    GoOn = "go_on", "Continue";
    // For the list of what has happened to an account.
    EventSignedUp = "event_signed_up", "You created your account";
    EventImported = "event_imported", "Your account was taken over from the shop's former system";
    EventLoggedIn = "event_logged_in", "You logged in";
    EventLoginFailed = "event_login_failed", "Somebody tried to log in with a wrong password";
    EventLoginRefusedDisabled = "event_login_refused_disabled", "A login was refused because your account was closed";
    EventLoginLimited = "event_login_limited", "Logins were refused after too many attempts";
    EventLoggedOut = "event_logged_out", "You logged out";
    EventSessionEnded = "event_session_ended", "You logged one device out";
    EventSessionEndedByShop = "event_session_ended_by_shop", "The shop logged you out";
    EventOtherSessionsEnded = "event_other_sessions_ended", "You logged all other devices out";
    EventRefreshReused = "event_refresh_reused", "One device was logged out because somebody may have copied its login";
    EventProfileChanged = "event_profile_changed", "You changed your profile";
    EventAddressAdded = "event_address_added", "You added an address to your address book";
    EventAddressChanged = "event_address_changed", "You changed an address in your address book";
    EventAddressRemoved = "event_address_removed", "You removed an address from your address book";
    EventPasswordChanged = "event_password_changed", "You changed your password";
    EventPasswordCheckFailed = "event_password_check_failed", "Somebody who was logged in entered a wrong password";
    EventDataExported = "event_data_exported", "You downloaded your data";
    EventRecoveryAsked = "event_recovery_asked", "Somebody asked for a mail to choose a new password";
    EventRecoveryAskedByShop = "event_recovery_asked_by_shop", "The shop sent you a mail to choose a new password";
    EventVerificationAsked = "event_verification_asked", "You asked for a mail to confirm your e-mail address";
    EventVerificationAskedByShop = "event_verification_asked_by_shop", "The shop sent you a mail to confirm your e-mail address";
    EventCodeFailed = "event_code_failed", "Somebody entered a wrong code";
    EventPasswordRecovered = "event_password_recovered", "You chose a new password with the help of a mail";
    EventEmailVerified = "event_email_verified", "You confirmed your e-mail address";
    EventLoginCodeAsked = "event_login_code_asked", "Somebody asked for a mail to log in with";
    EventLoginApproved = "event_login_approved", "You let in a device from the link of a mail";
    EventAddressClaimed = "event_address_claimed", "Somebody wanted your e-mail address for another account";
    EventEmailChangeAsked = "event_email_change_asked", "You asked for another e-mail address";
    EventEmailChanged = "event_email_changed", "You changed your e-mail address";
    EventEmailRestored = "event_email_restored", "You took a change of your e-mail address back: every device was signed out";
    EventEmailUndeliverable = "event_email_undeliverable", "A mail to your e-mail address could not be delivered";
    EventAccountShut = "event_account_shut", "You ended everything with the link of a mail: all devices were logged out";
    EventAccountDisabled = "event_account_disabled", "The shop closed your account";
    EventAccountEnabled = "event_account_enabled", "The shop opened your account again";
    // For the pages that the server makes itself.
    TryAgain = "try_again", "Try again";
    TryAgainIn = "try_again_in", "Try again in {seconds} s.";
    TryAgainInMinutes = "try_again_in_minutes", "Try again in {minutes} minutes.";
    GoBack = "go_back", "Go back in your browser to correct the form";
    Name = "label_name", "Name";
    Email = "label_email", "E-mail";
    Password = "label_password", "Password";
}
