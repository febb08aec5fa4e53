import 'dart:convert';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:http/http.dart' as http;
import 'package:test/test.dart';

import 'doorstep.dart';

/// A mail that the server has sent, from its own mailbox of dev mode.
typedef Mail = ({int number, String kind, String code, Uri link});

/// Waits for the newest mail to [email] that came later than [after].
Future<Mail> mailTo(Doorstep server, String email, {int after = 0}) async {
  final path = Uri(
    path: '/_dev/mailbox/latest',
    queryParameters: {'to': email, 'after': '$after', 'wait': '10'},
  );
  final response = await http.get(server.url.resolveUri(path));
  expect(response.statusCode, 200, reason: response.body);
  final mail = jsonDecode(response.body) as Map<String, Object?>;
  return (
    number: mail['number']! as int,
    kind: mail['kind']! as String,
    code: mail['code'] as String? ?? '',
    link: Uri.parse(mail['link'] as String? ?? ''),
  );
}

/// Proves the address of whoever is signed in.
Future<void> verify(
  Doorstep server,
  DoorstepClient account,
  String email,
) async {
  final asked = await account.requestVerification() as Ok<MailAsked>;
  final sent = await mailTo(server, email);
  final done = await account.confirmVerification(
    request: asked.value.request,
    code: sent.code,
  );
  expect(done, isA<Ok<Confirmed>>(), reason: '${done.error}');
}

/// A code that is not that one.
String otherThan(String code) => code == '00000000' ? '11111111' : '00000000';
