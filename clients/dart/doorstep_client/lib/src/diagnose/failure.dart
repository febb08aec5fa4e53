import '../error.dart';
import 'unreachable.dart';

/// What a platform says of a call that came to nothing.
final class Failure {
  const Failure(
    this.text, {
    this.number,
    this.system = '',
    this.isTls = false,
    this.isOffline = false,
  });

  /// The words of the exception.
  final String text;

  /// The system's own number of the error (errno).
  final int? number;

  /// `android`, `ios`, `linux`, `macos` or `windows`; empty in a browser.
  final String system;

  /// There was a connection, but no trust or no TLS.
  final bool isTls;

  /// A browser says that it has no network.
  final bool isOffline;

  // Numbers of Linux and Android, of macOS and iOS, of Windows.
  static const _noNetwork = {101, 51, 10051};
  static const _broken = {104, 54, 10054, 32, 10053};

  UnavailableReason get reason => isTls
      ? UnavailableReason.tls
      : isOffline || _isLookup || _noNetwork.contains(number)
      ? UnavailableReason.offline
      : UnavailableReason.unreachable;

  bool get _isLookup => _has('Failed host lookup');

  bool _has(String words) => text.toLowerCase().contains(words.toLowerCase());
}

/// The cause of a failed connection to [url], where no browser hides it.
String failureHint(Uri url, Failure failure) {
  final Failure(:number, :system) = failure;
  if (failure.isTls) return _tls(url, failure);
  if (failure._isLookup) {
    return system == 'android'
        ? _permission(url)
        : 'The name ${url.host} cannot be looked up. Is it spelled right, and '
              'is this machine online?';
  }
  return switch (number) {
    1 when system == 'macos' => _entitlement,
    1 || 13 when system == 'android' => _permission(url),
    _ when Failure._noNetwork.contains(number) =>
      'No network of this device leads to ${url.host}. Is it online, and the '
          'address right?',
    _ when _isForbidden(failure) => _cleartext(url),
    _
        when Failure._broken.contains(number) ||
            failure._has('Connection closed') =>
      'The connection to ${url.origin} broke before the whole answer was here.',
    null when !failure._has('timed out') =>
      'The call to ${url.origin} came to nothing: ${_short(failure.text)}',
    _ => _nobody(url, system),
  };
}

String _tls(Uri url, Failure failure) => failure._has('CERTIFICATE')
    ? 'DS-29 The certificate of ${url.origin} is not trusted '
          '(${_short(failure.text)}). Serve the whole chain (fullchain.pem), '
          'for the name in baseUrl.'
    : 'DS-21 ${url.origin} does not speak TLS. Does the server speak plain http '
          'there? Then baseUrl begins with http://.';

const _entitlement =
    'DS-27 The sandbox of this app has no network. Add '
    'com.apple.security.network.client to DebugProfile.entitlements and '
    'Release.entitlements.';

String _permission(Uri url) =>
    'DS-26 ${url.host} cannot be looked up or reached. Is this device online, '
    'and the name right? An app needs <uses-permission '
    'android:name="android.permission.INTERNET"/> in '
    'android/app/src/main/AndroidManifest.xml; without it release builds fail '
    'like this.';

bool _isForbidden(Failure failure) =>
    failure._has('Insecure HTTP is not allowed') ||
    failure._has('Cleartext HTTP traffic') ||
    failure._has('ERR_CLEARTEXT_NOT_PERMITTED') ||
    failure._has('App Transport Security');

String _cleartext(Uri url) =>
    'DS-28 This platform refuses plain http to ${url.host}. Use https, or allow '
    'it for debug builds (networkSecurityConfig on Android, '
    'NSAllowsLocalNetworking on iOS).';

String _nobody(Uri url, String system) {
  if (url.host == '10.0.2.2') {
    return 'DS-24 Nothing answers at ${url.origin}, which is localhost of the '
        'computer that runs this emulator. Is the server running there? (The '
        'port in the system\'s own error is a local one.)';
  }
  return system == 'android' || system == 'ios'
      ? '${nothingAnswers(url.origin)} For a phone: start it with --listen '
            '0.0.0.0:${url.port}, and use the computer\'s address as baseUrl.'
      : nothingAnswers(url.origin);
}

/// One line, without the places in the source of a library.
String _short(String text) {
  final line = text
      .replaceAll(RegExp(r'\([\w.]+\.cc:\d+\)'), '')
      .replaceAll(RegExp(r'\s+'), ' ')
      .trim();
  return line.length > 200 ? '${line.substring(0, 200)}…' : line;
}
