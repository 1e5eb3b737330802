//! Invented place names: the parts that the demo's councils are called by.
//!
//! In: nothing. Out: stems in a fixed order, and the forms that English parishes build on them. Always holds: none is
//! the name of a parish or town of the English register (a test in [`super::pilot`] compares them), so that nothing
//! bad is ever told of a real council.

/// Names that stand alone or carry a form, each used once.
pub const STEMS: &str = "\
    Hatherbourne Bessinden Sorrelton Marlingley Cadderley Riddingstead Wrangleford Eagerden Munderworth Munderwell \
    Borrowbourne Orrincote Hurdleley Grebemere Hernelbrook Fotherley Ovelworth Gavenley Shalderworth Merrinbourne \
    Fallowham Crimstead Tressingby Saxelstead Ambreford Stavelwell Hallinden Stavelbrook Kirrinhurst Jarrowby \
    Marlingfield Pickleford Hollinmarsh Wannerbrook Hornelhurst Medderthorpe Terncote Wranglefield Jessingden \
    Askerhurst Sallowmere Bannerstead Ullenmere Meddermere Clavelwick Quenden Parrinby Burrford Otterholt Borrowden \
    Jessingley Dorrinby Lorrinwick Quarringford Witherthorpe Avelhithe Switherford Lustingley Gavenwell Birdleford \
    Thrushworth Tressingley Pellstead Mallinden Madderton Farlden Rathestead Ledderford Shalderwold Shaldercroft \
    Norrinton Cobbworth Mossinghithe Wetherfield Bessinford Yewton Quarringwold Nantleton Brathethorpe Stavelstow \
    Pewitley Emberwick Wethercroft Gunnerbourne Hecklewold Rennelby Fallowstead Saxelmere Blenthorpe Dunnockstow \
    Padderlow Oderbourne Brinholt Barlford Millowhithe Yewby Witherwell Dorrinwick Lovelstead Pennerham Thrushden \
    Brumbstow Enningbourne Sorrelham Cannerton Gorrinstead Stirlcombe Winnowton Askerstead Crakeley Teaselthorpe \
    Oderbrook Bannermere Helverwick Flaxmere Verringworth Teaselcroft Kennerden Merrinhurst Yelverby Gallowcombe \
    Selverhurst Hobbmarsh Ternton Marlingwell Turnelhurst Crimton Blenmarsh Harlingcombe Helverham Hurdlewold \
    Witherwick Rudderwick Rathecote Yarrelstead Blenford Craketon Dunnockstead Corrinley Eagerworth Arrinhurst \
    Gunnerley Askerbrook Hurdlewell Yarrelton Culverley Alverfield Taskerfield Tollinglow Teaselholt Bratheworth \
    Millowthorpe Ploverstow Kelderworth Mallinmere Ramselwell Mallinton Hallinholt Riddingworth Wadderwell Pennerstow \
    Keldermere Snipeley Switherby Merrinwell Crakecroft Wannerdale Quarringwick Pellholt Norrinhurst Edderbourne \
    Dunnockwell Winnowley Ullenbourne Cressingdale Corrinlow Laverstow Pellford Cassingstead Wadderhurst Garlhurst \
    Lackenholt Chirlmere Nunningby Skerrinby Larrinden Norrinham Skerrinton Sedgethorpe Yelverford Clavelthorpe \
    Hecklestead Cannerley Ferrinton Yafflehurst Rookerton Reedledale Cressingwick Edderstow Kennerholt Linnetby \
    Hallinfield Brumbley Thistlestow Yewstead Mavercote Rennelbrook Jarrowstow Orrinton Laverbrook Bessinham \
    Rudderford Ternham Sloeden Reedleton Warrelbourne Gillhurst Drakecombe Emberholt Millowden Crimwick Widdingcombe \
    Oderholt Ledderby Gorrinley Snipehurst Flaxhithe Burrthorpe Cadderford Knapperden Rennelthorpe Hobbden Warreldale \
    Larrinmere Avelham Madderby Laverby Rookerford Corrinthorpe Furlford Sallowby Harlingstead Kelderford Rookerbourne \
    Ovelholt Crakemere Fotherton Yarrelcombe Maddercote Mossingfield Nantleden Birdleholt Drakecote Flaxwell \
    Skerrinwick Barlwick Pennerford Hornelby Snipeton Gannetwell Tollingholt Garlwold Rennelfield Iddingstead Ratheby \
    Fenningby Fenningham Warrelton Whimblemere Cobbhurst Hernelthorpe Pellfield Fotherbrook Arrinmere Cassingfield \
    Whimblehithe Lappingmere Knapperley Gadderworth Edderthorpe Whimblefield Osierthorpe Tirrelham Medderford \
    Garlbrook Jessingfield Jessingwick Iddingstow Chaffden Gannetcombe Verringwell Gannetwick Selverworth Dappelfield \
    Culverstead Ploverley Tarringfield Madderbourne Rudderby Tarringham Fallowlow Hathercote Erringfield Enningby \
    Orrinford Ottermere Sloeholt Lustingwell Thistleford Larrinhurst Ferrinfield Padderthorpe Sloeton Thrushford \
    Chirlden Sorrelbrook Turnelwell Weldonthorpe Erringthorpe Tollingby Arrinford Turnelham Millowbourne Dappelford \
    Hatherford Grebewell Chirlton Witherfield Tressingford Thistlewell Reedleham Pewithurst Wannerworth Tirrelbourne \
    Switherbrook Nantleley Saxelford Maverhurst Bratheton Merrinmere Nunninghurst Iddingworth Alvercote Askerworth \
    Helverhithe Yelverham Ploverfield Gadderbourne Ferrinley Waverford Clavelstow Hatherthorpe Dappelstow Cannerstow \
    Ramselworth Mossinghurst Vennelhurst Lustingford Cassinghurst Tarringford Borrowcroft Vennelhithe Lackenham \
    Linnetbourne Ramselstow Frithbourne Verringdale Pickleton Wannerwell Ingleford Wavermere Widdingstead Yafflemere \
    Heckleford Knapperham Fenningfield Gaddercroft Ingleholt Kirrinfield Parrinford Farlwick Lorrinbourne Fallowthorpe \
    Gavenlow Stirlford Hernelby Lovelford Yafflecroft Thistledale Ambreby Wilderham Ramselford Nunningley Eagerham \
    Sallowthorpe Pewitfield Blenwick Maverwick Deerby Yewford Lustinghurst Borrowholt Sedgecombe Rushenbourne \
    Oakenford Gavendale Sorrelby Widdingham Yelvercote Padderstow Ambrestead Birdlemere Gallowton Winnowby Parrinfield \
    Kettlow Bessinby Verringcombe Lovelcombe Cadderhithe Wadderley Lappingham Dorrinhurst Grebecroft Selverwell \
    Wethermarsh Lorrinley Emberstead Brumbden Fotherstead Taskerton Osierworth Grebethorpe Kirrinworth Stirlton \
    Calvermere Munderlow Vennelwick Jarrowbourne Gunnercombe Frithstow Gannetbourne Helverworth Wranglestow \
    Gallowfield Picklebrook Carlcombe Riddingley Deerlow Ledderham Lackenthorpe Quenhurst Calverwick Kennerhithe \
    Ullenlow Chaffby Ovelwell Knapperton Furlmere Brumbholt Tollingden Inglelow Cassingby Hornelden Skerrinwell \
    Otterfield Kettbourne Whimbledale Weldonmere Avelstow Orrinmere Maverwell Hernelham Tirrelstead Bannerby Eagerton \
    Taskerby Chaffbourne Gorrinton Calverdale";
/// Two neighbours of one stem: what is put before or after it, each side of `{}`.
pub const PAIRS: &[[&str; 2]] = &[
    ["Great {}", "Little {}"],
    ["{} St Mary", "{} All Saints"],
    ["Upper {}", "Lower {}"],
    ["{} Magna", "{} Parva"],
    ["Great {}", "Little {}"],
    ["North {}", "South {}"],
    ["{} St Peter", "{} St Margaret"],
    ["Over {}", "Nether {}"],
    ["Great {}", "Little {}"],
    ["East {}", "West {}"],
    ["{} Abbots", "{} Episcopi"],
    ["Upper {}", "Lower {}"],
    ["Great {}", "{} St Andrew"],
    ["{}", "{} Without"],
    ["{} Magna", "{} Parva"],
    ["High {}", "Low {}"],
];

/// One council of two stems.
pub const JOINED: &[&str] = &["{}-cum-{}", "{} with {}", "{} and {}", "{} cum {}"];

/// One stem and something near it; the rivers are invented too.
pub const BESIDE: &[&str] = &[
    "{}-on-Tessel",
    "{}-under-Edge",
    "{}-by-the-Fen",
    "{}-on-the-Hill",
    "{}-in-the-Marsh",
    "{} on Wexel",
    "{}-le-Wold",
];

/// A stem put into a form.
pub fn formed(form: &str, stem: &str) -> String {
    form.replacen("{}", stem, 1)
}
