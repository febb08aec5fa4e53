import 'dart:convert';

import 'answer.dart';
import 'device_tokens.dart';
import 'diagnose/hints.dart';
import 'error.dart';
import 'http.dart';
import 'replacement.dart';
import 'result.dart';
import 'session.dart';
import 'session_state.dart';
import 'tokens.dart';

/// Sends calls with the session in use.
final class Calls {
  Calls(
    this.http,
    this.session, {
    this.tokens,
    this.devices,
    this.hints,
    this.problem,
  });

  final Http http;
  final Session session;

  /// Null where the browser's cookie carries the session.
  final TokenStore? tokens;

  /// Null where the browser keeps the device's token in a cookie.
  final DeviceTokens? devices;

  /// Only while developing.
  final Hints? hints;

  /// Why the base URL is none.
  final String? problem;

  /// The change of password that is on its way.
  Replacement? replacement;

  final Map<String, Future<Object?>> _flights = {};
  int _changes = 0;

  /// Tells one sign-in from the next: the token, or what is known of the cookie.
  Object? get carrier =>
      tokens == null ? session.generation : tokens?.kept?.token;

  /// Sends one call, and ends the session when the server says so.
  Future<Answer> request(Call call) async {
    if (problem case final problem?) return _misconfigured(problem);
    final born = session.generation;
    final kept = await tokens?.read();
    final before = carrier;
    final answer = await http.send(
      kept == null
          ? call
          : call.withHeaders({'authorization': 'Bearer ${kept.token}'}),
    );
    // `/session` tells visitors by a 200 what other routes tell them by a 401.
    final code = switch (answer) {
      Answered() => answer['code'],
      Unanswered(error: DoorstepError(status: 401, :final code)) => code,
      Unanswered() => null,
    };
    final isOver =
        code == 'session_ended' || (code == 'no_session' && kept == null);
    // A login may have kept its token while the older one was being refused.
    final isMine = born == session.generation && before == carrier;
    if (isOver && isMine) {
      // The change of password that ended it may be on its way still.
      switch (await _replaced(call)) {
        case Replaced.yes:
          return request(call);
        case Replaced.no when born == session.generation && before == carrier:
          await _end(code == 'no_session');
        case _:
          break;
      }
    }
    return answer is Unanswered ? _explained(answer, call) : answer;
  }

  Future<Replaced> _replaced(Call call) async => switch (replacement) {
    final replacement? when call != replacement.call => replacement.outcome,
    _ => Replaced.no,
  };

  Future<void> _end(bool isVisitor) {
    final isNews = session.customer != null;
    final before = session.value;
    final reason = isNews || !isVisitor
        ? SignedOutReason.sessionEnded
        : before is SignedOut
        ? before.reason
        : SignedOutReason.visitor;
    return session.signedOut(reason, isNews: isNews);
  }

  Future<Answer> _explained(Unanswered answer, Call call) async =>
      await hints?.explain(answer, call) ?? answer;

  Unanswered _misconfigured(String problem) {
    hints?.tell(problem);
    return Unanswered(
      DoorstepError(
        code: ClientErrorCode.unreachable,
        message: unreachableMessage,
        reason: UnavailableReason.baseUrl,
        hint: hints == null ? null : problem,
      ),
    );
  }

  /// The same as a result; [read] makes the value out of the answer.
  Future<Result<T>> call<T>(Call call, T Function(Answered answer) read) async {
    final isRead = call.method == 'GET';
    // Reads from before and after a change are not shared.
    final about = isRead
        ? '${session.generation + _changes} ${call.headers}'
        : jsonEncode(call.body);
    final key = '${call.method} ${call.path} $about';
    final answer = await share(key, () => request(call));
    if (!isRead) _changes++;
    return result(answer, call, read);
  }

  /// Reads the value, and judges an answer of another shape.
  Future<Result<T>> result<T>(
    Answer answer,
    Call call,
    T Function(Answered answer) read,
  ) async {
    switch (answer) {
      case Unanswered(:final error):
        return Failed(error);
      case Answered():
        try {
          return Ok(read(answer));
        } on Object {
          return Failed(await _wrongShape(answer, call));
        }
    }
  }

  Future<DoorstepError> _wrongShape(Answered answer, Call call) async {
    final wrong = Unanswered(
      DoorstepError(
        code: ClientErrorCode.unexpectedAnswer,
        message: unexpectedMessage,
        status: answer.status,
        reason: UnavailableReason.notJson,
      ),
      seen: (text: '', headers: answer.headers),
    );
    final explained = await _explained(wrong, call);
    return (explained as Unanswered).error;
  }

  /// Equal calls made at once are one request, unless one may be aborted.
  Future<T> share<T>(String key, Future<T> Function() run, {Object? abort}) {
    if (abort != null) return run();
    final flight = _flights[key];
    if (flight is Future<T>) return flight;
    // No arrow: what remove answers is this very future, and would be waited for.
    final started = run().whenComplete(() {
      _flights.remove(key);
    });
    _flights[key] = started;
    return started;
  }
}

/// Reads a list of [T] out of one part of an answer.
List<T> listOf<T>(Object? json, T Function(Object? json) read) => [
  for (final entry in json! as List<Object?>) read(entry),
];

/// Of an answer that says nothing more.
void nothing(Answered _) {}

/// An id stands in a path: no slash in it may lead elsewhere.
String inFolder(String folder, String id) =>
    '$folder/${Uri.encodeComponent(id)}';
