import 'dart:async';
import 'dart:convert';

import 'answer.dart';
import 'enter.dart';
import 'error.dart';
import 'generated/models.dart';
import 'http.dart';
import 'result.dart';

/// A login by what a mail brings: its code, or its link, behind which somebody
/// chooses the number that this device shows.
final class LoginCode {
  LoginCode(this._enter);

  final Enter _enter;

  static const _path = '/login/code';

  /// So often the server is asked whether somebody has chosen the number.
  static const pause = Duration(seconds: 3);

  /// The longest pause after calls that came to nothing.
  static const longestPause = Duration(seconds: 30);

  /// A mail's link is good no longer.
  static const patience = Duration(minutes: 10);

  /// Whose device tokens go with a request: the server does not say whose
  /// account it is. The latest few, as a form asks for one after the other.
  final Map<String, String> _emails = {};

  final _closed = Completer<void>();

  Future<Result<LoginCodeAsked>> ask(String email) async {
    final result = await _enter.calls.call(
      Call('POST', _path, body: {'email': email}),
      (answer) => LoginCodeAsked.fromJson(answer.data),
    );
    if (result case Ok(:final value)) {
      _emails[value.request] = email;
      if (_emails.length > 8) _emails.remove(_emails.keys.first);
    }
    return result;
  }

  Future<LoginResult> confirm(Map<String, String> input) async {
    final calls = _enter.calls;
    final body = await _bodyOf(input);
    return calls.share('login code ${jsonEncode(body)}', () async {
      final call = Call('POST', '$_path/confirm', body: body);
      final born = calls.session.generation;
      final answer = await calls.request(call);
      return _resultOf(await _enter.call(call, answer, born));
    });
  }

  /// Asks until the server has decided. Giving up does not stop a question that
  /// is on its way: a login that was let in meanwhile would be lost.
  Future<LoginResult> wait(String request, Future<void>? abort) async {
    final stop = Completer<void>();
    void stopNow(void _) {
      if (!stop.isCompleted) stop.complete();
    }

    unawaited(abort?.then(stopNow, onError: (_) => stopNow(null)));
    unawaited(_closed.future.then(stopNow));
    final http = _enter.calls.http;
    final end = http.now().add(patience);
    var failures = 0;
    // One turn, so that a signal from before the call is heard.
    await null;
    while (!stop.isCompleted) {
      final (:result, :fault) = await _poll(request);
      if (result != null) return result;
      failures = fault == null ? 0 : failures + 1;
      final next = _pauseAfter(failures, fault?.retryAfter);
      if (http.now().add(next).isAfter(end)) return _given(isLate: true);
      await http.pause(next, stop.future);
    }
    return _given(isLate: false);
  }

  /// Neither of both while nothing is decided.
  Future<({LoginResult? result, DoorstepError? fault})> _poll(
    String request,
  ) async {
    final calls = _enter.calls;
    final call = Call(
      'POST',
      '$_path/poll',
      body: await _bodyOf({'request': request}),
    );
    final born = calls.session.generation;
    final answer = await calls.request(call);
    if (answer is Answered && answer.status == 202) {
      return (result: null, fault: null);
    }
    if (answer case Unanswered(:final error) when _mayPass(error)) {
      return (result: null, fault: error);
    }
    final result = _resultOf(await _enter.call(call, answer, born));
    return (result: result, fault: null);
  }

  /// Whether the same question may get another answer later.
  static bool _mayPass(DoorstepError error) =>
      error.status == 429 ||
      (error.reason != null &&
          error.reason != UnavailableReason.aborted &&
          error.reason != UnavailableReason.baseUrl);

  static Duration _pauseAfter(int failures, Duration? asked) {
    var next = pause;
    for (var i = 0; i < failures && next < longestPause; i++) {
      next *= 2;
    }
    if (next > longestPause) next = longestPause;
    return asked != null && asked > next ? asked : next;
  }

  Future<Map<String, Object?>> _bodyOf(Map<String, String> input) async {
    final email = _emails[input['request']];
    final device = email == null
        ? null
        : await _enter.calls.devices?.find(email);
    return {..._enter.bodyOf(input), 'deviceToken': ?device};
  }

  static LoginResult _resultOf(Result<Customer> result) => switch (result) {
    Ok(:final value) => LoginOk(value),
    Failed(:final error) when error.reason != null => LoginUnavailable(error),
    Failed(:final error) => LoginRejected(error),
  };

  static LoginResult _given({required bool isLate}) => LoginUnavailable(
    DoorstepError(
      code: isLate ? ClientErrorCode.noAnswerInTime : ClientErrorCode.aborted,
      message: unreachableMessage,
      reason: isLate ? UnavailableReason.timeout : UnavailableReason.aborted,
    ),
  );

  /// Ends all waiting.
  void close() {
    if (!_closed.isCompleted) _closed.complete();
  }
}
