import 'dart:async';
import 'dart:convert';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:doorstep_client/src/client.dart';
import 'package:http/http.dart' as http;

/// What a request meets: an answer, no connection, or silence.
final class Reply {
  const Reply(this.status, this.body, {this.headers = const {}}) : fault = null;

  const Reply.fault(this.fault) : status = 0, body = '', headers = const {};

  factory Reply.json(int status, Object? body) =>
      Reply(status, jsonEncode(body), headers: jsonHeaders);

  /// A refusal as the server words it.
  factory Reply.problem(int status, String code) =>
      Reply.json(status, {'code': code, 'message': 'About $code'});

  /// As the vectors write it.
  factory Reply.of(Object? json) => switch (json) {
    {'fault': final String fault} => Reply.fault(fault),
    {
      'status': final int status,
      'headers': final Map<String, Object?> headers,
      'body': final String body,
    } =>
      Reply(status, body, headers: headers.cast<String, String>()),
    _ => throw FormatException('no reply: $json'),
  };

  static const refused = Reply.fault('refused');
  static const silence = Reply.fault('silence');

  final int status;
  final String body;
  final Map<String, String> headers;
  final String? fault;
}

const jsonHeaders = {'content-type': 'application/json; charset=utf-8'};

/// A request as it was sent.
final class Sent {
  Sent(http.Request request)
    : method = request.method,
      path = request.url.path,
      headers = request.headers,
      body = request.body.isEmpty ? null : jsonDecode(request.body);

  final String method;
  final String path;
  final Map<String, String> headers;
  final Object? body;

  String? get key => headers['Idempotency-Key'];
}

/// An HTTP client whose requests meet [replies] in turn.
final class Script extends http.BaseClient {
  final List<FutureOr<Reply>> replies = [];
  final List<Sent> sent = [];

  @override
  Future<http.StreamedResponse> send(http.BaseRequest request) async {
    sent.add(Sent(request as http.Request));
    if (replies.isEmpty) throw StateError('one request too many');
    final reply = await replies.removeAt(0);
    switch (reply.fault) {
      case 'refused':
        throw http.ClientException('refused', request.url);
      case 'silence':
        await (request as http.Abortable).abortTrigger;
        throw http.RequestAbortedException(request.url);
    }
    return http.StreamedResponse(
      Stream.value(utf8.encode(reply.body)),
      reply.status,
      headers: reply.headers,
    );
  }
}

/// A client on a [Script], with pauses that do not last.
final class Scripted {
  Scripted({
    Duration timeout = const Duration(seconds: 10),
    SessionStorage? storage,
    Uri? baseUrl,
    bool debug = true,
  }) {
    client = WiredClient(
      baseUrl: baseUrl ?? Uri.parse('http://shop.test'),
      storage: storage,
      httpClient: script,
      timeout: timeout,
      debug: debug,
      log: lines.add,
      now: () => DateTime.utc(2026).add(_passed),
      wait: (pause) async {
        pauses.add(pause);
        _passed += pause;
      },
    );
  }

  final script = Script();
  final List<String> lines = [];
  final List<Duration> pauses = [];
  Duration _passed = Duration.zero;
  late final DoorstepClient client;

  List<Sent> get sent => script.sent;

  void reply(FutureOr<Reply> reply) => script.replies.add(reply);

  void replyAll(Iterable<Reply> replies) => script.replies.addAll(replies);

  Future<SignUpResult> signUp() => client.signUp(
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    password: 'correct horse battery staple',
  );

  Future<LoginResult> login() => client.login(
    email: 'ada@example.com',
    password: 'correct horse battery staple',
  );
}

const adaJson = {
  'id': '01890a5d-ac96-774b-bcce-b302099a8057',
  'name': 'Ada',
  'email': 'ada@example.com',
  'emailVerified': false,
  'createdAt': '2026-01-01T00:00:00Z',
  'updatedAt': '2026-01-01T00:00:00Z',
};

/// The answer to a sign-up or login.
Reply welcome([int status = 201]) =>
    Reply.json(status, {'user': adaJson, 'token': 'ds_token_1'});
