import 'places.dart';

// A browser hides why a call came to nothing: what other requests to the same
// server come to tells it. A cause is named only where nothing else fits what
// was seen.

/// What was found out after a call came to nothing; what is null was not tried.
final class Probes {
  const Probes({
    this.health,
    this.any,
    this.plain,
    this.fresh,
    this.https,
    this.cookies,
    this.refused = const [],
    this.preflight,
    this.method,
  });

  /// `/healthz` can be read, and is Doorstep's.
  final bool? health;

  /// Something answers, though the page cannot read what.
  final bool? any;

  /// A plain GET of the API can be read: the origin is allowed.
  final bool? plain;

  /// The same with an address that no cache knows.
  final bool? fresh;

  /// `/healthz` can be read over https, where the base URL says http.
  final bool? https;

  /// A plain GET with cookies can be read.
  final bool? cookies;

  /// Request headers of the call whose preflight fails.
  final List<String> refused;

  /// A preflight for some other header passes.
  final bool? preflight;

  /// A call with the same method can be read.
  final bool? method;

  /// Nothing answers at all, as far as a page can see.
  bool get isNobody => health != true && any != true && plain != true;
}

/// The likely cause of a call of a page that came to nothing, or what was seen
/// instead.
String judgeProbes(
  Uri page,
  String method,
  Uri url,
  Probes probes, {
  bool isOffline = false,
}) {
  final origin = url.origin;
  // An address of this machine needs no network.
  if (isOffline && probes.isNobody && !isThisMachine(url)) {
    return 'This device is offline (navigator.onLine is false), so $origin was '
        'not reached. The call works again with the network.';
  }
  if (_hasOrigin(page) && page.origin == origin) {
    return 'DS-25 Nothing answers at $origin, where this page came from. Is '
        'that server still running?';
  }
  if (isMixed(page, url)) return mixedContent(url);
  if (probes.isNobody) return _nobody(page, url);
  if (probes.plain == false) return _unreadable(page, url, probes);
  if (probes.cookies == false) {
    return 'DS-04 $origin answers without "Access-Control-Allow-Credentials: '
        'true" (or with "*" for the origin, DS-03): a gateway sets CORS headers '
        'of its own. Let it pass on those of Doorstep.';
  }
  return _preflight(page, method, url, probes);
}

/// A page from a file has none.
bool _hasOrigin(Uri page) => page.scheme.startsWith('http');

String _unreadable(Uri page, Uri url, Probes probes) {
  final origin = url.origin;
  if (probes.fresh ?? false) {
    return 'DS-07 A cache in front of $origin gives this page the answer for '
        'another origin. It must keep answers apart by "Vary: Origin", or not '
        'keep those of /api/ at all.';
  }
  if (probes.https ?? false) {
    return 'DS-06 $origin leads to https, and browsers follow no redirect of a '
        'preflight. Set baseUrl to ${url.replace(scheme: 'https').origin}.';
  }
  if (!(probes.health ?? false) && _forwarded.hasMatch(url.host)) {
    return 'DS-31 The port of $origin is private: whoever forwards it asks for '
        'a login. Make it public there, or let the dev server of the page pass '
        '/api on, with baseUrl "/".';
  }
  if (!(probes.health ?? false)) {
    return 'Something answers at $origin, but the page may not read it, and it '
        'does not look like Doorstep: another program on that port, a redirect, '
        'or a proxy that removes CORS headers. Open $origin/healthz in a tab to '
        'see which.'
        '${isThisMachine(url) && url.port == 5000 ? _airPlay : ''}';
  }
  return _hasOrigin(page)
      ? 'DS-01 The server is up, but origin ${page.origin} is not allowed. Run: '
            'doorstep origins add ${page.origin}'
      : 'DS-01 A page that was opened from a file has no origin that could be '
            'allowed. Open it by a web server, such as Vite.';
}

/// GitHub Codespaces, Gitpod and dev tunnels.
final _forwarded = RegExp(
  r'\.(app\.github\.dev|gitpod\.(io|dev)|devtunnels\.ms)$',
);

const _airPlay =
    ' On macOS the AirPlay receiver has port 5000: turn it off, or start '
    'Doorstep on another port.';

String _preflight(Uri page, String method, Uri url, Probes probes) {
  final Probes(:refused, :preflight) = probes;
  if (refused.isNotEmpty && !(preflight ?? false)) {
    return 'The preflight (OPTIONS) of $method $url does not pass: it is '
        'redirected or refused before it comes to Doorstep (DS-06), or answered '
        'without Access-Control-Allow-Headers (DS-05). Let Doorstep answer '
        'OPTIONS; "doorstep doctor --origin ${page.origin}" says which it is.';
  }
  if (refused.isNotEmpty) {
    return 'DS-05 The preflight does not allow the request header '
        '${refused.join(', ')}. Something in front of Doorstep answers '
        'OPTIONS: let Doorstep do it, or add the header to '
        'Access-Control-Allow-Headers.';
  }
  if (probes.method == false) {
    return 'DS-05 The preflight does not allow the method $method. Something '
        'in front of Doorstep answers OPTIONS: let Doorstep do it, or add the '
        'method to Access-Control-Allow-Methods.';
  }
  return 'DS-02 The answer to $method $url came without CORS headers, though '
      'others have them: a proxy made it (413, 429, 502 ...), or the connection '
      'broke. The Network tab shows its status; in nginx: add_header ... always.';
}

String _nobody(Uri page, Uri url) {
  final origin = url.origin;
  bool isInside(Uri place) => isThisMachine(place) || isPrivate(place);
  if (isInside(url) && !isInside(page)) {
    return 'DS-13 The page comes from ${page.host}, but the API is $origin: '
        'browsers keep public pages from this machine and its network. Use the '
        'server\'s public address, or a tunnel.';
  }
  // A browser does not tell a page that it refused a certificate.
  return url.isScheme('https')
      ? 'No answer from $origin. Is the server running (DS-25), and its '
            'certificate trusted (DS-29)? Open $origin/healthz in a tab: there '
            'the browser says which.'
      : nothingAnswers(origin);
}

String nothingAnswers(String origin) =>
    'DS-25 Nothing answers at $origin. Is the server running, and does it '
    'listen on that address?';
