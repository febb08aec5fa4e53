import '../base_url.dart';

/// What can be seen from the addresses of page and API alone. [cookies]: the
/// session is carried by one.
List<String> compareAddresses(Uri page, Uri api, {required bool cookies}) {
  if (isMixed(page, api)) return [mixedContent(api)];
  if (isThisMachine(api) != isThisMachine(page)) {
    return [if (isThisMachine(api)) ?_elsewhere(page, api)];
  }
  return [if (cookies) ?lostCookie(page, api)];
}

/// Browsers take http on this very machine for as safe as https.
bool isMixed(Uri page, Uri api) =>
    page.isScheme('https') && api.isScheme('http') && !isThisMachine(api);

String mixedContent(Uri api) =>
    'DS-13 The page is https but the API is ${api.origin}: browsers block that. '
    'Serve the API over https, or open the page over http.';

/// Why a session cookie cannot come back from [api] to a page of [page], if
/// the addresses say so.
String? lostCookie(Uri page, Uri api) {
  if (api.host == page.host) return null;
  if (isThisMachine(api) && isThisMachine(page)) {
    return 'DS-09 Use the same host: the page is ${_shown(page.host)}, the API '
        'is ${_shown(api.host)}, and the session cookie is lost between the '
        'two. Set baseUrl to ${_withHost(api, page.host)}.';
  }
  return _siteOf(api.host) == _siteOf(page.host)
      ? null
      : 'DS-11 ${_shown(page.host)} and ${_shown(api.host)} look like '
            'different sites: Safari and others drop the session cookie. Put '
            'the API on a subdomain of the shop, or behind a proxy of the page '
            'with baseUrl "/".';
}

/// A page that another device may show, and an API on "this machine": which
/// one is that?
String? _elsewhere(Uri page, Uri api) {
  final fixed = _withHost(api, page.host);
  if (page.host == '10.0.2.2') {
    return 'DS-24 In the Android emulator ${_shown(api.host)} is the emulator '
        'itself. Set baseUrl to $fixed, which is the computer that runs it.';
  }
  return isPrivate(page)
      ? 'DS-25 The page comes from ${_shown(page.host)}, but for a phone '
            '${_shown(api.host)} is the phone itself. Set baseUrl to $fixed, '
            'and start the server with --listen 0.0.0.0:${api.port}.'
      : null;
}

/// Whether [place] is this very machine.
bool isThisMachine(Uri place) =>
    isLoopback(place.host) || place.host.endsWith('.localhost');

final _private = RegExp(
  r'^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$|\.local$|^f[cde][^.]*:',
);

/// An address of a home or office network.
bool isPrivate(Uri place) => _private.hasMatch(place.host);

/// IPv6 as it stands in an address.
String _shown(String host) => host.contains(':') ? '[$host]' : host;

String _withHost(Uri api, String host) => Uri(
  scheme: api.scheme,
  host: host,
  port: api.hasPort ? api.port : null,
  path: api.path.replaceFirst(RegExp(r'/+$'), ''),
).toString();

// The whole list of such suffixes is long: these are the ones that shops begin
// with.
final _shared = RegExp(
  r'(^|\.)(vercel\.app|netlify\.app|pages\.dev|workers\.dev|github\.io|'
  r'gitlab\.io|onrender\.com|fly\.dev|herokuapp\.com|web\.app|'
  r'ngrok(-free)?\.(app|dev|io)|trycloudflare\.com|'
  r'(co|com|org|net|ac|gov)\.[a-z]{2})$',
);

final _address = RegExp(r'^[\d.]+$|:');

/// What browsers call one site, as far as can be told without their list.
String _siteOf(String host) {
  if (_address.hasMatch(host)) return host;
  final parts = host.split('.');
  final count = _shared.hasMatch(host) ? 3 : 2;
  return parts.skip(parts.length > count ? parts.length - count : 0).join('.');
}
