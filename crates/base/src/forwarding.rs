//! Services that show a port of a developer's machine to the world. A private port of theirs answers everybody without a login
//! with a page of the service, or with 401: a page's request never arrives, and the answer has no CORS headers.

/// One of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Forwarding {
    pub name: &'static str,
    /// How its names end.
    hosts: &'static [&'static str],
    /// Where it sends who must log in, without the scheme.
    logins: &'static [&'static str],
    /// How a port is made public there.
    pub make_public: &'static str,
}

const SERVICES: [Forwarding; 3] = [
    Forwarding {
        name: "GitHub Codespaces",
        hosts: &[".app.github.dev", ".githubpreview.dev"],
        logins: &["github.dev/pf-signin", "github.com/login", "github.com/codespaces/"],
        make_public: "Make the port public: Ports, Port Visibility, Public; or gh codespace ports visibility PORT:public",
    },
    Forwarding {
        name: "Gitpod",
        hosts: &[".gitpod.io", ".gitpod.dev"],
        logins: &["gitpod.io/", "app.gitpod.io/"],
        make_public: "Make the port public: visibility: public in .gitpod.yml; or gp ports visibility PORT:public",
    },
    Forwarding {
        name: "Dev tunnels",
        hosts: &[".devtunnels.ms"],
        logins: &[
            "global.rel.tunnels.api.visualstudio.com/",
            "tunnels.api.visualstudio.com/",
            "login.microsoftonline.com/",
        ],
        make_public: "Make the port public: Ports, Port Visibility, Public in VS Code; or devtunnel host --allow-anonymous",
    },
];

/// What helps with every one of them, also where ports must stay private.
pub const ONE_PORT: &str = "Or show the page's port only: let its dev server pass /api on (Vite: server.proxy), and set baseUrl to \"/\".";

/// The service that has this host.
pub fn of_host(host: &str) -> Option<&'static Forwarding> {
    let host = host.to_ascii_lowercase();
    SERVICES.iter().find(|service| service.hosts.iter().any(|end| host.ends_with(end)))
}

/// The service whose login this address is.
pub fn of_login(location: &str) -> Option<&'static Forwarding> {
    let place = location.strip_prefix("https://")?;
    SERVICES.iter().find(|service| service.logins.iter().any(|login| place.starts_with(login)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_known_by_their_names_and_by_their_logins() {
        let name = |found: Option<&'static Forwarding>| found.map(|service| service.name);
        for (host, known) in [
            ("shiny-train-jgpw64-5000.app.github.dev", Some("GitHub Codespaces")),
            ("5000-shop-cnqioetp8sl.ws-eu74.gitpod.io", Some("Gitpod")),
            ("abc123-5000.EUW.devtunnels.ms", Some("Dev tunnels")),
            ("app.github.dev.evil.example", None),
            ("github.dev", None),
            ("shop.example", None),
        ] {
            assert_eq!(name(of_host(host)), known, "{host}");
        }
        for (location, known) in [
            ("https://github.dev/pf-signin?id=a&port=5000", Some("GitHub Codespaces")),
            ("https://gitpod.io/start/", Some("Gitpod")),
            ("https://shop.example/login", None),
            ("/login", None),
        ] {
            assert_eq!(name(of_login(location)), known, "{location}");
        }
    }
}
