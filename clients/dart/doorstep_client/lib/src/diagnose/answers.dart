import 'dart:convert';

import '../answer.dart';
import '../error.dart';
import '../generated/codes.dart';

/// What an answer says about the cause, or the lack of one in time.
String? answerHint(
  DoorstepError error,
  String url,
  Duration timeout,
  Seen? seen, {
  bool isOwnHost = false,
}) {
  final DoorstepError(:code, :status) = error;
  final headers = seen?.headers ?? const {};
  final text = seen?.text ?? '';
  switch (code) {
    case ClientErrorCode.noAnswerInTime:
      return 'DS-32 $url did not answer within ${_seconds(timeout)} s. Is the '
          'server busy, or the address one that swallows packets?';
    case ClientErrorCode.redirected:
      return 'DS-19 The server redirected '
          '${_redirection(url, headers['location'])}';
    case ClientErrorCode.unexpectedAnswer:
      if ((headers['server'] ?? '').startsWith('AirTunes')) return _airPlay;
      final check = isOwnHost && status < 500
          ? 'Does the server of this page pass /api/ on to Doorstep? Make it a '
                'proxy, or set baseUrl to the address of Doorstep (Vite gives a '
                'page only variables that begin with VITE_).'
          : 'Check baseUrl and the proxy in between.';
      final type = headers['content-type'] ?? '';
      return _unexpected(status, url, text, type, check);
    case ClientErrorCode.aborted:
      return null;
    default:
      return _hintOf(text) ??
          (ErrorCode.values.contains(code)
              ? null
              : 'The server sent the code "$code", which this version of the '
                    'kit does not know. Treat it by its status ($status), or '
                    'update.');
  }
}

/// Seen where the page's own server passes the API on to port 5000.
const _airPlay =
    'The AirPlay receiver of macOS answers, not Doorstep: it has port 5000. Turn '
    'it off (System Settings, General, AirDrop & Handoff), or start Doorstep on '
    'another port.';

/// In dev mode the server itself says what is wrong, and it knows best.
String? _hintOf(String text) {
  try {
    return switch (jsonDecode(text)) {
      {'hint': final String hint} => hint,
      _ => null,
    };
  } on Object {
    return null;
  }
}

String _seconds(Duration time) =>
    '${time.inMilliseconds / 1000}'.replaceFirst(RegExp(r'\.0$'), '');

String _redirection(String url, String? location) {
  if (location == null || location.isEmpty) {
    return '$url. Use the final address (https, right host) as baseUrl; '
        '"doorstep doctor" shows it.';
  }
  final path = RegExp('/api/.*').firstMatch(url)?[0];
  final target = location.replaceFirst(RegExp(r'/$'), '');
  final isSamePath =
      path != null && target.endsWith(path) && !target.contains(RegExp('[?#]'));
  return isSamePath
      ? '$url to $location. Set baseUrl to '
            '${target.substring(0, target.length - path.length)}.'
      : '$url to $location. If the API is there, make that the baseUrl '
            '(without /api/...). If it is a login page, something in front of '
            'the API asks for a login.';
}

final _tunnelPage = RegExp(
  'ERR_NGROK_6024|<title>Tunnel website ahead',
  caseSensitive: false,
);
final _page = RegExp(r'^\s*<(!doctype|html)', caseSensitive: false);
final _title = RegExp('<title[^>]*>([^<]{0,200})', caseSensitive: false);

String _unexpected(
  int status,
  String url,
  String text,
  String type,
  String check,
) {
  if (_tunnelPage.hasMatch(text)) {
    return 'DS-31 The tunnel answers $url with its own warning page. Send the '
        'header it asks for (ngrok-skip-browser-warning, '
        'bypass-tunnel-reminder), or use a tunnel without such a page.';
  }
  if (type.toLowerCase().contains('html') || _page.hasMatch(text)) {
    final title = _title.firstMatch(text)?[1]?.trim() ?? '';
    return 'DS-20 $url returned a web page '
        '($status${title.isEmpty ? '' : ' "$title"'}), not the account API. '
        '$check';
  }
  final advice = status < 500
      ? check
      : 'Can the proxy in between reach the server? It must run, on the address '
            'that the proxy calls (127.0.0.1, rather than localhost).';
  return '$url returned $status with ${type.isEmpty ? 'no content' : type}, not '
      'the account API. $advice';
}
