import 'package:http/http.dart' as http;
import 'package:test/test.dart';

import 'doorstep.dart';
import 'mailbox.dart';

/// What somebody does who opens the link of a mail to log in: reads its page,
/// and chooses the number that a device shows. Answers what the page says then.
Future<String> choose(Doorstep server, Mail mail, String number) async {
  final page = server.url.resolve('/links/login');
  final shown = await http.get(page.replace(query: mail.link.query));
  expect(shown.statusCode, 200, reason: shown.body);
  String hidden(String name) =>
      RegExp('name="$name" value="([^"]+)"').firstMatch(shown.body)![1]!;
  expect(shown.body, contains('value="$number"'));
  final told = await http.post(
    page,
    headers: {'origin': server.url.origin},
    body: {
      'token': hidden('token'),
      'nonce': hidden('nonce'),
      'choice': number,
    },
  );
  return told.body;
}

/// Another number of the three that the page offers.
Future<String> otherNumber(Doorstep server, Mail mail, String number) async {
  final page = server.url.resolve('/links/login');
  final shown = await http.get(page.replace(query: mail.link.query));
  return RegExp(r'value="(\d\d)"')
      .allMatches(shown.body)
      .map((found) => found[1]!)
      .firstWhere((one) => one != number);
}
