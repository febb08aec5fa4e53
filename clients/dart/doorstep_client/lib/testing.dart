/// For tests of apps: a small Doorstep without a network.
library;

export 'src/fake_mails.dart' show FakeMail;
export 'src/fake_server.dart' show FakeDoorstepServer;
