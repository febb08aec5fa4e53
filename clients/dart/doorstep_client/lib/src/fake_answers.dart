import 'dart:convert';

import 'package:http/http.dart' as http;

http.Response json(int status, Object body) => http.Response(
  jsonEncode(body),
  status,
  headers: {'content-type': 'application/json; charset=utf-8'},
);

http.Response problem(
  int status,
  String code,
  String message, [
  Map<String, String> fields = const {},
]) => json(status, {
  'code': code,
  'message': message,
  if (fields.isNotEmpty)
    'fields': {
      for (final MapEntry(:key, :value) in fields.entries)
        key: {'code': value, 'message': message},
    },
});

http.Response refusal(Map<String, String> fields) =>
    problem(422, 'invalid_fields', 'Some fields need attention', fields);

http.Response notFound() => problem(404, 'not_found', 'Not found');

http.Response spent() =>
    problem(410, 'challenge_spent', 'This code or link is not good any more');

http.Response wrongPassword() =>
    problem(401, 'invalid_credentials', 'E-mail or password is wrong');

http.Response wrongOrUnproven() => problem(
  401,
  'invalid_credentials',
  'E-mail or password is wrong, or the address is not confirmed yet',
);
