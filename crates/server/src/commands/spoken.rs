//! A password on the command line is read by every user of the machine, in the list of processes, and stays in histories.

use std::ffi::OsString;

use doorstep_store::has_password;

/// What is said once about it. The password is not repeated.
pub fn warning(arguments: impl IntoIterator<Item = OsString>) -> Option<String> {
    let mut arguments =
        arguments.into_iter().skip(1).map(|argument| argument.to_string_lossy().into_owned()).peekable();
    // `mail test --to` has an address.
    let moves = arguments.peek().is_some_and(|command| command == "move");
    let mut flag = String::new();
    for argument in arguments {
        let joined = argument.split_once('=').filter(|(name, _)| name.starts_with("--"));
        let (name, value) = joined.unwrap_or((&flag, &argument));
        let better = match name {
            "--database" => {
                "write the URL into a file and give --database-file FILE (or DOORSTEP_DATABASE_URL_FILE)"
            }
            "--from" if moves => "set the variable DOORSTEP_MOVE_FROM",
            "--to" if moves => "set the variable DOORSTEP_MOVE_TO",
            _ => "",
        };
        if !better.is_empty() && has_password(value) {
            return Some(format!(
                "a password stands on the command line, where every user of this machine can read it. Rather {better}"
            ));
        }
        flag = argument;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> Option<String> {
        warning(line.split(' ').map(OsString::from))
    }

    #[test]
    fn a_password_among_the_arguments_is_warned_about_and_not_repeated() {
        for (line, better) in [
            ("doorstep serve --database postgres://shop:hunter2@db/shop", "--database-file"),
            ("doorstep serve --database=postgres://shop:hunter2@db/shop?sslmode=require", "--database-file"),
            ("doorstep migrate --database postgres://db/shop?user=shop&password=hunter2", "--database-file"),
            (
                "doorstep move --from postgres://db/shop?user=shop&password=hunter2 --to x",
                "DOORSTEP_MOVE_FROM",
            ),
            ("doorstep move --from mysql://shop:hunter2@db/shop --to sqlite:new.db", "DOORSTEP_MOVE_FROM"),
            ("doorstep move --from sqlite:old.db --to mongodb://shop:hunter2@db/shop", "DOORSTEP_MOVE_TO"),
        ] {
            let said = said(line).unwrap_or_else(|| panic!("{line}"));
            assert!(said.contains(better) && !said.contains("hunter2"), "{said}");
        }
    }

    #[test]
    fn other_arguments_are_nobodys_password() {
        for line in [
            "doorstep",
            "doorstep serve --listen 0.0.0.0:5000 --database sqlite:doorstep.db",
            "doorstep serve --database postgres://shop@db/shop",
            "doorstep serve --database postgres://db:5432/shop",
            "doorstep serve --database-file /etc/doorstep/database",
            "doorstep mail test --to you@example.com",
            "doorstep doctor --api https://shop.example:8443",
        ] {
            assert_eq!(said(line), None, "{line}");
        }
    }
}
