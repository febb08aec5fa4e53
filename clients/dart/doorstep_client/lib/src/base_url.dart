import 'mode.dart';

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
  final isUnset = text.isEmpty || text == 'null' || _isUndefined.hasMatch(text);
  final isRelative = text.startsWith('/') && !text.startsWith('//');
  if (isRelative && !isUnset) {
    return page == null ? _words('DS-23', text, _relative) : null;
  }
  final isWeb = given.isScheme('http') || given.isScheme('https');
  if (isWeb && given.host.isNotEmpty && !isUnset) return null;
  return _words('DS-21', text, isUnset ? _unset : _noAddress);
}

/// A release build has the number only.
String _words(String id, String text, String words) {
  if (isRelease) return id;
  // A password before the host is nothing for a log.
  final shown = text.replaceFirst(RegExp('[^/]*@'), '');
  return '$id baseUrl is "$shown"$words';
}

const _advice =
    'Give the address of your Doorstep server, like https://accounts.shop.com.';
const _relative = '. Outside of a browser it must be absolute. $_advice';
const _noAddress = ', no web address. $_advice';
const _unset =
    '. $_advice If it comes from String.fromEnvironment, pass --dart-define at '
    'every run and build.';

/// What JavaScript writes for a setting that is not there; a shop may be named so.
final _isUndefined = RegExp(r'^((\w+:)?//?)?undefined([:/]|$)');

/// Whether [host] is this very machine.
bool isLoopback(String host) =>
    host == 'localhost' || host == '::1' || host.startsWith('127.');
