//! A login by what a mail brings: its code where it was asked for, its link where the mail is read, or the device that asked once whoever
//! reads the mail has chosen the number that the device shows.

pub mod routes;
mod service;

pub use service::{Form, MailedLogin};
