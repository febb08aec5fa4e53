import 'dart:async';
import 'dart:convert';
import 'dart:math';
import 'dart:typed_data';

import 'package:http/http.dart' as http;

import 'answer.dart';
import 'error.dart';
import 'platform/platform.dart';

/// The header that makes a sign-up or a change of password repeatable.
const idempotencyHeader = 'Idempotency-Key';

/// One call as the rest of the kit writes it.
final class Call {
  const Call(
    this.method,
    this.path, {
    this.body,
    this.headers = const {},
    this.abort,
  });

  final String method;

  /// After `/api`.
  final String path;
  final Object? body;
  final Map<String, String> headers;

  /// Completes when the caller gives up.
  final Future<void>? abort;

  /// Only reads and calls with an Idempotency-Key are repeated.
  bool get isRepeatable =>
      method == 'GET' || headers.containsKey(idempotencyHeader);

  Call withHeaders(Map<String, String> more) => Call(
    method,
    path,
    body: body,
    headers: {...headers, ...more},
    abort: abort,
  );
}

/// Sends calls, and turns whatever happens into an [Answer].
final class Http {
  Http({
    required this.base,
    required this.client,
    required this.platform,
    required this.timeout,
    required this.now,
    this.headers = const {},
    Future<void> Function(Duration pause)? wait,
  }) : _wait = wait;

  /// Stands before every path.
  final String base;
  final http.Client client;
  final Platform platform;

  /// For one attempt, its body included.
  final Duration timeout;
  final DateTime Function() now;

  /// Sent with every request.
  final Map<String, String> headers;

  /// Instead of a timer, in tests.
  final Future<void> Function(Duration pause)? _wait;
  final _jitter = Random();

  /// Answers that are larger are no answers of an account API.
  static const largestBody = 16 * 1024 * 1024;

  Uri urlOf(String path) => Uri.parse('$base$path');

  /// One call with its retries; never throws.
  Future<Answer> send(Call call) async {
    final aborted = _settled(call.abort);
    var isAborted = false;
    unawaited(aborted?.then((_) => isAborted = true));
    for (var attempt = 1; ; attempt++) {
      // One turn, so that a signal from before the call is heard.
      if (aborted != null) await null;
      if (isAborted) return _stopped(ClientErrorCode.aborted);
      final answer = await _attempt(call);
      if (answer is! Unanswered) return answer;
      final error = answer.error;
      if (!call.isRepeatable || attempt > 2 || !error.isTemporary) {
        return answer;
      }
      final asked = error.retryAfter ?? Duration(milliseconds: 300 * attempt);
      final pause = asked + Duration(milliseconds: _jitter.nextInt(300));
      // A person waits at the other end: a longer pause is theirs to decide.
      if (pause > timeout) return answer;
      await this.pause(pause, aborted);
    }
  }

  /// Waits that long, or until [stop]; no timer is left behind then.
  Future<void> pause(Duration time, Future<void>? stop) async {
    if (_wait case final wait?) return Future.any<void>([wait(time), ?stop]);
    final over = Completer<void>();
    final timer = Timer(time, over.complete);
    await Future.any<void>([over.future, ?stop]);
    timer.cancel();
  }

  Future<Answer> _attempt(Call call) async {
    final stop = Completer<String>();
    void stopBy(String code) {
      if (!stop.isCompleted) stop.complete(code);
    }

    final timer = Timer(timeout, () => stopBy(ClientErrorCode.noAnswerInTime));
    unawaited(
      _settled(call.abort)?.then((_) => stopBy(ClientErrorCode.aborted)),
    );
    try {
      // The race ends the wait also where a client cannot be aborted.
      return await Future.any<Answer>([
        _exchange(call, stop.future),
        stop.future.then((code) => _stopped(code)),
      ]);
    } on _TooLarge catch (exception) {
      return _unexpected(exception.status);
    } on Object catch (exception) {
      return _failed(exception);
    } finally {
      timer.cancel();
    }
  }

  /// Waits for the caller's signal; one that fails is a signal too.
  Future<void>? _settled(Future<void>? abort) =>
      abort?.then((_) {}, onError: (_) {});

  Future<Answer> _exchange(Call call, Future<void> stop) async {
    final request = http.AbortableRequest(
      call.method,
      urlOf(call.path),
      abortTrigger: stop,
    );
    // A followed redirect turns a POST into a GET: better a clear failure.
    request
      ..followRedirects = false
      ..headers.addAll({
        'accept': 'application/json',
        ...this.headers,
        ...call.headers,
      });
    if (call.body != null) {
      request.headers['content-type'] = 'application/json; charset=utf-8';
      request.bodyBytes = utf8.encode(jsonEncode(call.body));
    }
    final response = await client.send(request);
    final bytes = await _read(response);
    // Not every client gives the names in lower case.
    final headers = response.headers.map(
      (name, value) => MapEntry(name.toLowerCase(), value),
    );
    return readAnswer(response.statusCode, headers, bytes, now());
  }

  Future<Uint8List> _read(http.StreamedResponse response) async {
    if ((response.contentLength ?? 0) > largestBody) {
      unawaited(response.stream.listen(null, onError: (_) {}).cancel());
      throw _TooLarge(response.statusCode);
    }
    final bytes = BytesBuilder(copy: false);
    await for (final chunk in response.stream) {
      bytes.add(chunk);
      if (bytes.length > largestBody) throw _TooLarge(response.statusCode);
    }
    return bytes.takeBytes();
  }

  Unanswered _stopped(String code) => Unanswered(
    DoorstepError(
      code: code,
      message: unreachableMessage,
      reason: code == ClientErrorCode.aborted
          ? UnavailableReason.aborted
          : UnavailableReason.timeout,
    ),
  );

  Unanswered _unexpected(int status) => Unanswered(
    DoorstepError(
      code: ClientErrorCode.unexpectedAnswer,
      message: unexpectedMessage,
      status: status,
      reason: UnavailableReason.notJson,
    ),
  );

  Unanswered _failed(Object exception) {
    final failure = platform.describe(exception);
    return Unanswered(
      DoorstepError(
        code: ClientErrorCode.unreachable,
        message: unreachableMessage,
        reason: failure.reason,
      ),
      failure: failure,
    );
  }
}

/// More was sent than any account has.
final class _TooLarge implements Exception {
  _TooLarge(this.status);

  final int status;
}
