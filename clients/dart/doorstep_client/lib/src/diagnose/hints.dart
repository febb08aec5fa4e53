import '../answer.dart';
import '../error.dart';
import '../http.dart';
import 'answers.dart';
import 'failure.dart';
import 'probe.dart';
import 'unreachable.dart';

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

  /// Prints what a developer has just asked for.
  void say(String line) => _log('[doorstep] $line');

  /// Adds the likely cause to a failure, and prints it.
  Future<Unanswered> explain(Unanswered answer, Call call) async {
    final error = answer.error;
    final (:reason, :hint) = error.code == ClientErrorCode.unreachable
        ? await _unreachable(answer, call)
        : (
            reason: error.reason,
            hint: _answered(answer, _http.urlOf(call.path)),
          );
    if (hint == null) return answer;
    tell(hint);
    return Unanswered(
      error.copyWith(reason: reason, hint: hint),
      seen: answer.seen,
    );
  }

  String? _answered(Unanswered answer, Uri url) => answerHint(
    answer.error,
    '$url',
    _http.timeout,
    answer.seen,
    isOwnHost: _http.platform.page?.origin == url.origin,
  );

  Future<({UnavailableReason? reason, String? hint})> _unreachable(
    Unanswered answer,
    Call call,
  ) async {
    final Unanswered(:error, :failure) = answer;
    final url = _http.urlOf(call.path);
    final page = _http.platform.page;
    if (page == null) {
      final hint = failure == null ? null : failureHint(url, failure);
      return (reason: error.reason, hint: hint);
    }
    final probes = await probe(_http, page, call);
    final isHidden = page.origin != url.origin && !probes.isNobody;
    return (
      reason: isHidden ? UnavailableReason.cors : error.reason,
      hint: judgeProbes(
        page,
        call.method,
        url,
        probes,
        isOffline: failure?.isOffline ?? false,
      ),
    );
  }
}

/// Free tunnels answer with a warning page first, unless asked not to (DS-31).
Map<String, String> tunnelHeaders(Uri base) =>
    RegExp(r'\.ngrok(-free)?\.(app|dev|io)$').hasMatch(base.host)
    ? const {'ngrok-skip-browser-warning': '1'}
    : const {};
