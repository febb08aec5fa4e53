import 'calls.dart';
import 'generated/models.dart';
import 'http.dart';
import 'result.dart';

Future<Result<Policy>> readPolicy(Calls calls) => calls.call(
  const Call('GET', '/policy'),
  (answer) => Policy.fromJson(answer.data),
);
