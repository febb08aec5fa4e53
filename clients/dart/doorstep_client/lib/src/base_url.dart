/// An address that requests can go to, or why it is none.
typedef BaseUrl = ({Uri url, String? problem});

/// Judges the configured address. [page] is the browser's, null elsewhere.
///
/// `https://accounts.shop.com` is another host; a browser also takes `/`, the
/// host that serves the page.
BaseUrl baseUrlOf(Uri given, {Uri? page, bool isAndroidEmulator = false}) {
  final text = '$given';
  final problem = _problemOf(given, text, page);
  if (problem != null) return (url: given, problem: problem);
  final url = page?.resolveUri(given) ?? given;
  return (
    url: Uri(
      scheme: url.scheme,
      // Inside the emulator localhost is the emulator; this is its host (DS-24).
      host: isAndroidEmulator && isLoopback(url.host) ? '10.0.2.2' : url.host,
      port: url.hasPort ? url.port : null,
      path: url.path.replaceFirst(RegExp(r'/+$'), ''),
    ),
    problem: null,
  );
}

String? _problemOf(Uri given, String text, Uri? page) {
  const advice =
      'Give the address of your Doorstep server, like '
      'https://accounts.shop.com.';
  // A password before the host is nothing for a log.
  final shown = text.replaceFirst(RegExp('[^/]*@'), '');
  if (text.isEmpty || text == 'null' || _isUndefined.hasMatch(text)) {
    return 'DS-21 baseUrl is "$shown". $advice If it comes from '
        'String.fromEnvironment, pass --dart-define at every run and build.';
  }
  if (text.startsWith('/') && !text.startsWith('//')) {
    return page == null
        ? 'DS-23 baseUrl is "$shown". Outside of a browser it must be absolute. '
              '$advice'
        : null;
  }
  final isWeb = given.isScheme('http') || given.isScheme('https');
  if (isWeb && given.host.isNotEmpty) return null;
  return 'DS-21 baseUrl is "$shown", no web address. $advice';
}

/// What JavaScript writes for a setting that is not there; a shop may be named so.
final _isUndefined = RegExp(r'^((\w+:)?//?)?undefined([:/]|$)');

/// Whether [host] is this very machine.
bool isLoopback(String host) =>
    host == 'localhost' || host == '::1' || host.startsWith('127.');
