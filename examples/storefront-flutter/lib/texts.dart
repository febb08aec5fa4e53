import 'package:flutter/widgets.dart';

/// The shop's own texts; those of the forms come with the kit.
enum ShopTexts {
  english(
    code: 'en',
    basket: 'Basket',
    logIn: 'Log in',
    signUp: 'Sign up',
    account: 'Your account',
    eyebrow: 'Provisions for bad weather',
    heroFirst: 'A storm is coming.',
    heroSecond: 'Put the kettle on.',
    heroLine:
        'Lanterns, wool and oilskin for people who look at a black sky and '
        'are secretly pleased.',
    wind: 'Wind',
    windValue: 'South-west 7 to severe gale 9',
    sky: 'Sky',
    skyValue: 'Rain, then more of it',
    indoors: 'Indoors',
    indoorsValue: 'Good, occasionally very good',
    shelf: 'Six things, made properly',
    addToBasket: 'Add to basket',
    inBasket: 'It is in your basket.',
    allProvisions: 'All provisions',
    basketEmpty: 'Nothing in it yet.',
    together: 'Together',
    oneLess: 'One less',
    oneMore: 'One more',
    basketNote:
        'The basket stays in this app. This made-up shop cannot be paid.',
    openAccount: 'Open an account',
    beenBefore: 'Been here before?',
    newHere: 'New here?',
    lost: 'Nothing here but fog',
    backToShop: 'Back to the shop',
    about:
        'Gale & Kettle is a made-up shop. Its accounts are real: they are '
        'kept by Doorstep, in a database of your own.',
    otherLanguage: 'العربية',
    light: 'Light',
    dark: 'Dark',
    exported: 'Your data is on the clipboard.',
  ),
  arabic(
    code: 'ar',
    basket: 'السلة',
    logIn: 'تسجيل الدخول',
    signUp: 'إنشاء حساب',
    account: 'حسابك',
    eyebrow: 'مؤن لأيام الطقس السيئ',
    heroFirst: 'العاصفة قادمة.',
    heroSecond: 'ضع الإبريق على النار.',
    heroLine:
        'فوانيس وصوف ومعاطف مطر لمن ينظرون إلى سماء سوداء ويبتسمون في سرهم.',
    wind: 'الريح',
    windValue: 'جنوبية غربية 7 إلى عاصفة شديدة 9',
    sky: 'السماء',
    skyValue: 'مطر، ثم مزيد منه',
    indoors: 'في الداخل',
    indoorsValue: 'جيد، وأحيانًا جيد جدًا',
    shelf: 'ستة أشياء صُنعت كما يجب',
    addToBasket: 'أضف إلى السلة',
    inBasket: 'صار في سلتك.',
    allProvisions: 'كل المؤن',
    basketEmpty: 'لا شيء فيها بعد.',
    together: 'المجموع',
    oneLess: 'أقل بواحد',
    oneMore: 'أكثر بواحد',
    basketNote: 'تبقى السلة في هذا التطبيق. هذا متجر متخيَّل ولا يقبل الدفع.',
    openAccount: 'افتح حسابًا',
    beenBefore: 'زرتنا من قبل؟',
    newHere: 'جديد هنا؟',
    lost: 'لا شيء هنا سوى الضباب',
    backToShop: 'العودة إلى المتجر',
    about:
        'هذا متجر متخيَّل. حساباته حقيقية: يحفظها Doorstep في قاعدة بيانات تملكها أنت.',
    otherLanguage: 'English',
    light: 'فاتح',
    dark: 'داكن',
    exported: 'بياناتك في الحافظة.',
  );

  const ShopTexts({
    required this.code,
    required this.basket,
    required this.logIn,
    required this.signUp,
    required this.account,
    required this.eyebrow,
    required this.heroFirst,
    required this.heroSecond,
    required this.heroLine,
    required this.wind,
    required this.windValue,
    required this.sky,
    required this.skyValue,
    required this.indoors,
    required this.indoorsValue,
    required this.shelf,
    required this.addToBasket,
    required this.inBasket,
    required this.allProvisions,
    required this.basketEmpty,
    required this.together,
    required this.oneLess,
    required this.oneMore,
    required this.basketNote,
    required this.openAccount,
    required this.beenBefore,
    required this.newHere,
    required this.lost,
    required this.backToShop,
    required this.about,
    required this.otherLanguage,
    required this.light,
    required this.dark,
    required this.exported,
  });

  final String code;
  final String basket;
  final String logIn;
  final String signUp;
  final String account;
  final String eyebrow;
  final String heroFirst;
  final String heroSecond;
  final String heroLine;
  final String wind;
  final String windValue;
  final String sky;
  final String skyValue;
  final String indoors;
  final String indoorsValue;
  final String shelf;
  final String addToBasket;
  final String inBasket;
  final String allProvisions;
  final String basketEmpty;
  final String together;
  final String oneLess;
  final String oneMore;
  final String basketNote;
  final String openAccount;
  final String beenBefore;
  final String newHere;
  final String lost;
  final String backToShop;
  final String about;
  final String otherLanguage;
  final String light;
  final String dark;
  final String exported;

  static ShopTexts of(BuildContext context) {
    final code = Localizations.localeOf(context).languageCode;
    return values.firstWhere(
      (texts) => texts.code == code,
      orElse: () => english,
    );
  }
}
