import 'package:doorstep_client/doorstep_client.dart';
import 'package:test/test.dart';

import 'doorstep.dart';

/// A client as an app has it, on a real server.
DoorstepClient clientOf(
  Uri url, {
  SessionStorage? storage,
  Duration timeout = const Duration(seconds: 10),
  DateTime Function()? now,
}) {
  final client = DoorstepClient(
    baseUrl: url,
    storage: storage,
    timeout: timeout,
    now: now,
    log: printOnFailure,
  );
  addTearDown(client.close);
  return client;
}

Future<Customer> signUp(DoorstepClient client, String email) async {
  final result = await client.signUp(
    name: 'Ada',
    email: email,
    password: goodPassword,
  );
  expect(result, isA<SignUpOk>(), reason: '${result.error}');
  return (result as SignUpOk).customer;
}

/// How many devices the customer is signed in on.
Future<int> sessionsOf(DoorstepClient account) async {
  final list = await account.sessions.list() as Ok<List<DeviceSession>>;
  return list.value.length;
}
