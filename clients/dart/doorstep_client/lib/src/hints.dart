import 'answer.dart';
import 'base_url.dart';
import 'error.dart';
import 'generated/codes.dart';
import 'http.dart';

/// Says, while developing, what is likely wrong and which line to change. Each
/// hint carries the number of its row in the catalogue of connection failures.
final class Hints {
  Hints(this._http, this._log);

  final Http _http;
  final void Function(String line) _log;
  final Set<String> _told = {};

  /// Prints [hint], once.
  void tell(String hint) {
    if (_told.add(hint)) _log('[doorstep] $hint');
  }

  /// Adds the likely cause to a failure, and prints it.
  Future<Unanswered> explain(Unanswered answer, Uri url) async {
    final error = answer.error;
    final (:reason, :hint) = switch (error.code) {
      ClientErrorCode.unreachable => await _unreachable(error, url),
      _ => (reason: error.reason, hint: _hintFor(answer, url)),
    };
    if (hint == null) return answer;
    tell(hint);
    return Unanswered(
      error.copyWith(reason: reason, hint: hint),
      seen: answer.seen,
    );
  }

  String? _hintFor(Unanswered answer, Uri url) {
    final DoorstepError(:code, :status) = answer.error;
    final seconds = _http.timeout.inMilliseconds / 1000;
    switch (code) {
      case ClientErrorCode.noAnswerInTime:
        return 'DS-32 $url did not answer within $seconds s. Is the server '
            'busy, or the address one that swallows packets?';
      case ClientErrorCode.redirected:
        final target = answer.seen?.headers['location'];
        return target == null
            ? 'DS-19 The server redirected $url. Use the final address (https, '
                  'right host) as baseUrl; "doorstep doctor" shows it.'
            : 'DS-19 The server redirected $url to $target. Make that the '
                  'baseUrl (without /api/...).';
      case ClientErrorCode.unexpectedAnswer:
        return 'DS-20 $url returned ${_describe(answer)}, not the account API. '
            'Check baseUrl and the proxy in between.';
      case ClientErrorCode.aborted:
        return null;
      default:
        return ErrorCode.values.contains(code)
            ? null
            : 'The server sent the code "$code", which this version of '
                  'doorstep_client does not know. Treat it by its status '
                  '($status), or update.';
    }
  }

  String _describe(Unanswered answer) {
    final status = answer.error.status;
    final seen = answer.seen;
    final title = RegExp(
      '<title[^>]*>([^<]{0,200})',
      caseSensitive: false,
    ).firstMatch(seen?.text ?? '')?[1]?.trim();
    final type = seen?.headers['content-type'] ?? 'nothing readable';
    return title == null
        ? '$status with $type'
        : 'a web page ($status "$title")';
  }

  Future<({UnavailableReason? reason, String? hint})> _unreachable(
    DoorstepError error,
    Uri url,
  ) async {
    final page = _http.platform.page;
    if (page != null && page.isScheme('https') && url.isScheme('http')) {
      return (
        reason: error.reason,
        hint:
            'DS-13 The page is https but the API is ${url.origin}: browsers '
            'block that. Serve the API over https, or open the page over http.',
      );
    }
    if (page != null && page.origin != url.origin) {
      final health = Uri.parse('${url.origin}/healthz');
      if (await _http.platform.answers(health, _http.timeout) ?? false) {
        return (
          reason: UnavailableReason.cors,
          hint:
              'DS-01 The server is up, but origin ${page.origin} is not '
              'allowed. Run: doorstep origins add ${page.origin}',
        );
      }
    }
    final hint = error.hint ?? _nobodyThere(url);
    return (reason: error.reason, hint: hint);
  }

  String _nobodyThere(Uri url) => url.host == '10.0.2.2'
      ? 'DS-24 Nothing answers at ${url.origin}, which is localhost of the '
            'computer that runs this emulator. Is the server running there? '
            '(The port in the system\'s own error is a local one.)'
      : 'DS-25 Nothing answers at ${url.origin}. Is the server running, and '
            'does it listen on that address? For a phone: start it with '
            '--listen 0.0.0.0:5000 and use the computer\'s address.';
}

/// What can be seen from the two addresses alone.
List<String> addressHints(Uri base, Uri? page) {
  if (page == null || base.host == page.host) return const [];
  if (isLoopback(base.host) && isLoopback(page.host)) {
    return [
      'DS-09 Use the same host: the page is ${page.host}, the API is '
          '${base.host}. The session cookie is lost between the two.',
    ];
  }
  String site(String host) {
    final parts = host.split('.');
    return parts.skip(parts.length > 2 ? parts.length - 2 : 0).join('.');
  }

  return site(base.host) == site(page.host)
      ? const []
      : [
          'DS-11 ${page.host} and ${base.host} look like different sites: '
              'Safari drops the session cookie. Use a subdomain of the shop, '
              'or a proxy and baseUrl "/".',
        ];
}

/// Compares the server's clock with this one's.
String? clockHint(Map<String, String> headers, DateTime now) {
  final theirs = dateOf(headers);
  if (theirs == null) return null;
  final skew = now.difference(theirs).inSeconds;
  return skew.abs() > 10
      ? 'DS-43 The clock of this device is ${skew.abs()} s '
            '${skew > 0 ? 'ahead of' : 'behind'} the server\'s.'
      : null;
}

/// Free tunnels answer with a warning page first, unless asked not to (DS-31).
Map<String, String> tunnelHeaders(Uri base) =>
    RegExp(r'\.ngrok(-free)?\.(app|dev|io)$').hasMatch(base.host)
    ? const {'ngrok-skip-browser-warning': '1'}
    : const {};
