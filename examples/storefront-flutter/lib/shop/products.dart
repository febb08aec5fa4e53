import 'dart:ui';

/// What is said about a product in one language.
class ProductText {
  const ProductText(this.name, this.line, this.story, this.facts);

  final String name;
  final String line;
  final String story;
  final List<String> facts;
}

/// One thing on the shelf.
class Product {
  const Product({
    required this.slug,
    required this.cents,
    required this.art,
    required this.english,
    required this.arabic,
  });

  final String slug;
  final int cents;

  /// The name of its drawing.
  final String art;
  final ProductText english;
  final ProductText arabic;

  ProductText text(Locale locale) =>
      locale.languageCode == 'ar' ? arabic : english;
}

/// The price, the same in every language.
String euros(int cents) =>
    '€${cents ~/ 100}.${(cents % 100).toString().padLeft(2, '0')}';

/// The whole shelf.
const products = [
  Product(
    slug: 'storm-lantern',
    cents: 8400,
    art: 'lantern',
    english: ProductText(
      'Storm lantern',
      'Burns eighteen hours, ignores the wind.',
      'Spun brass around a globe of thick glass. The draught is drawn in from above, so a gust feeds the flame instead of ending it. Hang it in the porch and the last one home will find the steps.',
      [
        'Brass and borosilicate glass',
        '30 cm tall, 1.1 kg',
        'Lamp oil, cotton wick',
        'Every part can be bought again',
      ],
    ),
    arabic: ProductText(
      'فانوس العاصفة',
      'يضيء ثماني عشرة ساعة ولا يبالي بالريح.',
      'نحاس مشغول حول كرة من الزجاج السميك. يدخل الهواء من الأعلى، فتغذي الهبّةُ اللهبَ بدل أن تطفئه. علّقه عند المدخل وسيجد آخر العائدين الدرج.',
      [
        'نحاس وزجاج بوروسيليكات',
        'ارتفاع 30 سم، 1.1 كجم',
        'زيت مصابيح وفتيل قطني',
        'كل قطعة يمكن شراؤها من جديد',
      ],
    ),
  ),
  Product(
    slug: 'watch-cap',
    cents: 3800,
    art: 'cap',
    english: ProductText(
      'Watch cap',
      'Two layers of wool, one fold, no label outside.',
      'Knitted in the round from the wool of island sheep, which keep more of their grease than most. It sheds drizzle, dries on a nail by the stove and is warm while it does.',
      [
        '100 % wool, undyed or madder red',
        'One size, long enough to fold',
        'Knitted in the round, no seam',
        'Wash cold, or hardly ever',
      ],
    ),
    arabic: ProductText(
      'قبعة الحراسة',
      'طبقتان من الصوف وطيّة واحدة ولا علامة في الخارج.',
      'محبوكة دائريًا من صوف أغنام الجزر التي تحتفظ بدهنها أكثر من غيرها. تصد الرذاذ وتجف على مسمار قرب الموقد وتدفئ وهي تجف.',
      [
        'صوف 100٪، طبيعي أو أحمر الفوّة',
        'مقاس واحد، طويلة تكفي للطي',
        'محبوكة دائريًا بلا درز',
        'تُغسل باردة، أو نادرًا',
      ],
    ),
  ),
  Product(
    slug: 'enamel-mug',
    cents: 1900,
    art: 'mug',
    english: ProductText(
      'Enamel mug',
      'Half a pint, for hands that need warming.',
      'Steel, dipped twice and fired twice. The rim is rolled so that it does not bite, and the handle takes a glove. It will chip one day; it will not care.',
      [
        'Enamelled steel, 300 ml',
        'Stove, fire and dishwasher',
        'Rolled rim',
        'Seconds are sold at half price',
      ],
    ),
    arabic: ProductText(
      'كوب المينا',
      'نصف باينت لأيدٍ تحتاج إلى الدفء.',
      'فولاذ غُمس مرتين وأُحرق مرتين. الحافة ملفوفة كي لا تجرح، والمقبض يتسع لقفاز. سيتقشر يومًا ما ولن يبالي.',
      [
        'فولاذ مطلي بالمينا، 300 مل',
        'للموقد والنار وغسالة الصحون',
        'حافة ملفوفة',
        'القطع ذات العيوب بنصف السعر',
      ],
    ),
  ),
  Product(
    slug: 'signal-blanket',
    cents: 14600,
    art: 'blanket',
    english: ProductText(
      'Signal blanket',
      'Four flags that say: stay where you are.',
      'Woven in one piece from the flags of the international code. Read from the top left it asks for nothing and promises a quiet evening. Heavy enough that nobody will make you get up.',
      [
        'Lambswool, 140 × 190 cm',
        'Woven, not printed',
        '1.4 kg',
        'Moth-proofed with cedar, sent in a sack',
      ],
    ),
    arabic: ProductText(
      'بطانية الإشارات',
      'أربع رايات تقول: ابقَ حيث أنت.',
      'منسوجة قطعة واحدة من رايات القانون الدولي. تُقرأ من أعلى اليسار فلا تطلب شيئًا وتعد بأمسية هادئة. ثقيلة بما يكفي كي لا يوقظك أحد.',
      [
        'صوف حملان، 140 × 190 سم',
        'منسوجة لا مطبوعة',
        '1.4 كجم',
        'محمية من العث بخشب الأرز، تُرسل في كيس',
      ],
    ),
  ),
  Product(
    slug: 'souwester',
    cents: 6200,
    art: 'hat',
    english: ProductText(
      'Sou’wester',
      'Sends the rain past your collar.',
      'Cotton proofed with linseed oil, cut long at the back as it has been for two hundred years. The flaps tie under the chin when it gets serious and over the crown when it does not.',
      [
        'Oiled cotton, flannel lining',
        'Sizes S to XL',
        'Re-proof once a year',
        'Smells of boats for a week',
      ],
    ),
    arabic: ProductText(
      'قبعة المطر',
      'ترسل المطر بعيدًا عن ياقتك.',
      'قطن مشبع بزيت الكتان، طويل من الخلف كما كان منذ مئتي عام. تُربط الأطراف تحت الذقن حين يشتد الأمر وفوق الرأس حين لا يشتد.',
      [
        'قطن مزيّت وبطانة فلانيل',
        'المقاسات من S إلى XL',
        'يعاد التزييت مرة في السنة',
        'رائحتها كالقوارب لمدة أسبوع',
      ],
    ),
  ),
  Product(
    slug: 'log-book',
    cents: 2400,
    art: 'book',
    english: ProductText(
      'Log book',
      'A year of weather, one line a day.',
      'Columns for wind, glass, sky and remarks. The paper takes a pencil when it is damp and the cover takes a wet sleeve. People who keep one say that the winters got shorter.',
      [
        '384 pages, sewn, lies flat',
        'Stone-coloured waterproof cloth',
        '13 × 21 cm',
        'Pencil and ribbon included',
      ],
    ),
    arabic: ProductText(
      'دفتر السجل',
      'سنة من الطقس، سطر كل يوم.',
      'أعمدة للريح والضغط والسماء والملاحظات. الورق يقبل القلم وهو رطب والغلاف يقبل كمًّا مبللاً. من يحتفظون به يقولون إن الشتاء صار أقصر.',
      [
        '384 صفحة مخيطة تنفتح مستوية',
        'قماش مقاوم للماء بلون الحجر',
        '13 × 21 سم',
        'مع قلم رصاص وشريط',
      ],
    ),
  ),
];
