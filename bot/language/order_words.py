"""Order words: the patterns by which `orders` knows orders to the bot, in the words that people use for that in many languages.

WORDS, MORE        orders; the second also by wordings that advice may have too
OTHER_SCRIPTS      the same where words have no blanks between them
META               what is about the bot or tells it to do something, be it harmless
TEMPLATE           the dress of machines: roles, tags, forms, links and mentions
ENCODED, CODE      codes, and talk of them
LEET, LOOKALIKES, SPACED    signs and letters put in place of others, and letters set apart
"""

from __future__ import annotations

import re

# What a team says of its own system: it tells the bot nothing to do.
COMPLAINT = re.compile(
    r"\b(?:it|bot|model|agent|assistant|tutor|comments?|answers?|outputs?|repl(?:y|ies)|drafts?|summar(?:y|ies)|keeps)\s"
    r"(?:(?:\w+ly|just|still|often|always|also|simply|then|sometimes)\s)?"
    r"(?:ignor(?:e|es|ing)|forgets?|forgetting|disregards?|disregarding)\s"
    r"(?:(?:half|some|most|many|parts?)(?: of)? )?"
    r"(?:our|its|their|my|house|the (?:system prompt|style|house|guide|prompt|format|schema|instructions))\b"
    r"(?![^.!?\n]*\b(?:verdict|say|output|print|post|fine[-_ ]?tune|you|your)\b)[^.!?\n]{0,60}",
    re.IGNORECASE,
)
_DROP = (
    r"ignor\w*|disregard\w*|forget|overrid\w*|bypass\w*|discard\w*|vergiss|vergesst|missacht\w*|umgeh\w*|oubli\w*|"
    r"olvid\w*|descart\w*|esquec\w*|desconsider\w*|dimentic\w*|tralasci\w*|vergeet|negeer|glöm|strunta|zapomnij|"
    r"zignoruj|pomiń|unut|yoksay\w*|görmezden|игнорируй\w*|забудь\w*|проигнорируй\w*|αγνόησε|ξέχασε|ignorera|"
    r"abaikan|lupakan|bỏ qua|quên|unohda|jätä huomiotta|ignorați|uită|zapomeň\w*|ignoruj\w*|figyelmen kívül|felejtsd"
)
_RULES = (
    r"instruct\w*|instrukt\w*|rules?|prompts?|polic(?:y|ies)|guidelines?|directives?|anweisung\w*|regeln?|vorgaben|"
    r"richtlinien|consignes?|règles?|instrucc\w*|reglas?|directrices|instruç\w*|regras?|istruzion\w*|regole|"
    r"instructies|regels|zasad\w*|instrukcj\w*|poleceni\w*|talimat\w*|kural\w*|инструкц\w*|правил\w*|указани\w*|"
    r"οδηγί\w*|κανόν\w*|instruksi\w*|aturan|hướng dẫn|quy tắc|ohje\w*|sään\w*|instrucțiun\w*|reguli\w*|pokyn\w*|"
    r"pravidl\w*|utasítás\w*|szabály\w*|everything (?:above|before|you)|all of the above"
)
_SHOW = (
    r"show|reveal|print|repeat|output|display|dump|leak|tell|give|send|post|quote|copy|translate|recite|list|share|zeig\w*|"
    r"gib|nenn\w*|verrat\w*|wiederhol\w*|montre\w*|affiche\w*|révèle\w*|répète\w*|donne\w*|muestra\w*|revela\w*|"
    r"imprime\w*|repite|repita|dime|mostr\w*|rivela\w*|stampa|ripeti|toon|laat|onthul|herhaal|pokaż|ujawnij|wypisz|"
    r"göster|yazdır|покажи\w*|раскрой\w*|выведи\w*|повтори\w*|δείξε|tampilkan|hiển thị|visa|näytä|arată|vypiš|mutasd"
)
_HIDDEN = (
    r"(?:system|hidden|initial|secret|original|internal|versteckt\w*|geheim\w*|caché\w*|secr[eè]t\w*|ocult\w*|nascost\w*|"
    r"segret\w*|sistema|système|systeem|systemow\w*|sistem|систем\w*|скрыт\w*)[ -]?(?:prompts?|instruct\w*|messages?|rules?|"
    r"anweisung\w*|instrucc\w*|instruç\w*|istruzion\w*|talimat\w*|промпт\w*|инструкц\w*|komut\w*)|systemprompt\w*|"
    r"(?:your|deine?n?|ihre?n?|tes?|votre|tus?|seu|tuo|tuoi|jouw|je|twój|swoj\w*|твои?|свои?|свой) (?:\w+ )?(?:prompts?|"
    r"instruct\w*|configur\w*|anweisung\w*|consignes|instruc\w*|istruzion\w*|instructies|instrukcj\w*|инструкц\w*|промпт\w*)|"
    r"api[ _-]?keys?|passwords?|access tokens?|environment variables?|prompt do sistema|prompt (?:de|del) (?:sistema|système)|"
    r"other (?:teams?|threads?|users?|customers?|channels?|conversations?|workspaces?)|andere[rn]? (?:teams?|kanäle?|threads?)|"
    r"autres? (?:équipes?|fils?|utilisateurs?)|otros? (?:equipos?|hilos?|usuarios?)|words? above|text above|passages? you were"
)
_VERDICT = (
    r"verdicts?|fine[-_ ]?tune|rag_first|evals_first|data_first|prompt_first|rag_plus_fine_tune|urteil|verdikt|veredicto?|"
    r"verdetto|oordeel|werdykt|вердикт|karar|判定|结论|判決|평결"
)
_SET = (
    r"set|mark|output|answer|reply|respond|return|say|state|write|declare|report|record|conclude|post|treat|change|force|"
    r"setz\w*|sag\w*|antwort\w*|schreib\w*|gib|mets|marque\w*|dis|répond\w*|écris|pon|marca\w*|di|responde|escribe|define|"
    r"defina|imposta|scrivi|rispondi|zet|schrijf|zeg|ustaw|napisz|powiedz|yaz|söyle|ayarla|установи\w*|напиши\w*|скажи\w*|"
    r"ответь\w*|设为|设置|输出|回答|出力|設定|출력|설정"
)
_ROLE = (
    r"you are (?:now|no longer|free|actually|going to (?:be|act))|act as (?:if|an?|the|my)|pretend (?:to|that|you)|role[- ]?play|"
    r"from now on,? (?:you|answer|reply|always|ignore)|(?:developer|admin|god|debug|maintenance|sudo|root) (?:mode|override|access)|"
    r"jailbreak|do anything now|\bDAN\b|unrestricted|without (?:any )?(?:restrictions|filters|rules)|my (?:late |"
    r"dead )?grand(?:ma|mother|pa)|"
    r"du bist (?:jetzt|nun|ab jetzt|ein[e]? frei)|tu ob(?:ligation|ey)|tu es (?:maintenant|désormais)|ahora eres|a partir de ahora|"
    r"você é agora|agora você é|sei ora|ora sei|da ora in poi|je bent (?:nu|vanaf)|jesteś teraz|od teraz|şimdi sen|artık sen|"
    r"ты теперь|теперь ты|с этого момента|ab (?:jetzt|sofort) (?:antwort\w*|bist|gilt)|désormais tu|dorénavant|spiel(?:e)? die rolle|"
    r"fais semblant|finge que|fingi di|doe alsof|udawaj|stell dir vor,? du bist|imagine (?:that )?you(?:'re| are)"
)
TEMPLATE = re.compile(
    r"<\|?/?\s*(?:im_start|im_end|system|assistant|user|endoftext|instructions?|admin|tool\w*|override|prompt|note|message)\b[^>]{0,60}>|"
    r"\[/?\s*(?:inst|system|sys|admin|override|assistant|developer)\b[^\]]{0,40}\]|<<\s*/?sys\s*>>|"
    r"^\s*[#>*=\-\s]*(?:system|assistant|developer|admin(?:istrator)?|root|tunewise|tool|bot)(?: (?:message|prompt|note|notice|override|"
    r"update|instructions?|result|output))?\s*[:>\]]|[\"']role[\"']\s*:|\"(?:facts|verdict|drafts|quote|sentences)\"\s*:|"
    r"\b[a-z]+_[a-z_]+\s*[=:]\s*\S|-{3,}\s*(?:begin|end|system)|\{\{.*\}\}|<!--|<script|\bBEGIN (?:SYSTEM|INSTRUCTIONS?|PROMPT)\b|"
    r"!\[[^\]]*\]\(|\]\(https?:|<[@!#][^>]*>|@(?:channel|everyone|here)\b",
    re.IGNORECASE | re.MULTILINE,
)
_NEAR = r"(?:(?!\n\n).){0,70}?"
WORDS = re.compile(
    rf"\b(?:{_DROP})\b{_NEAR}\b(?:{_RULES})\b|\b(?:{_RULES})\b{_NEAR}\b(?:{_DROP})\b|"
    rf"\b(?:{_SHOW})\b{_NEAR}\b(?:{_HIDDEN})|\b(?:{_SET})\b{_NEAR}\b(?:{_VERDICT})\b(?:\s*[:=]|\s+(?:is|as|to|auf|ist|en|a|su|на)\b)|"
    rf"\b(?:{_SET})\b(?:(?!\n\n).){{0,25}}?[\"'`“]?(?:fine_tune|stop|rag_first|evals_first|data_first|prompt_first)\b(?=[\"'`”.!,\s]*$)|"
    rf"\b(?:{_ROLE})\b|\b(?:new|updated|neue|nouvelles?|nuevas?|novas?|nuove|nieuwe|nowe|yeni|новые) (?:system )?(?:{_RULES})\s*:|"
    r"\b(?:mark|treat|consider|record|assume|set|count) (?:all|every|each|the|these|any) (?:\w+ ){0,2}(?:facts?|questions?|"
    r"evals|fields?|answers?) "
    r"(?:as|to|known|met)|\b(?:skip|answer) (?:all|every) (?:the )?(?:remaining |open |other )?questions?\b|"
    r"\b(?:the )?(?:policy|verdict|decision) (?:has been|was|is(?: now| hereby)?|must be|should be|shall be) (?:changed|updated|"
    r"overrid\w+|set|disabled|off|fine|suspended)",
    re.IGNORECASE,
)
_LEVELS = (
    r"known|met|yes|no|true|false|automated|answered|systematic|works?|reviewed|clear|settled|approved|verified|done|passed|complete\w*|"
    r"favou?r|stop|\d+"
)
_BEGIN = r"(?:^|[.!?:;,\n\"'(]\s*|\b(?:please|kindly|now|then|and|but|just|simply|to) )"
MORE = re.compile(
    rf"{_BEGIN}(?:set(?! up)|mark|treat|consider|record|register|count|take|regard|log|enter|change|switch|replace)\b[^.!?\n]{{0,60}}?"
    rf"\b(?:as|to|by|in)\b[^.!?\n]{{0,20}}?\b(?:{_LEVELS})\b|"
    r"\bforget (?:everything|all|anything) (?:you|that you|we told|i told|above|before)|\b(?:reply|respond) only\b|"
    r"\byou (?:must|will|shall|have to|should|may|can) (?:not |never |always |only |now )*(?:mention|say|answer|recommend|reply|respond|"
    r"output|tell|advise|approve|agree)\b|\byou are an? (?:\w+ ){1,3}(?:who|that|which) (?:always|never|only|sells?|says?|recommends?)|"
    r"\blet(?:'s| us) (?:play|pretend|imagine|role)|\b(?:every|each|all|any) (?:answer|repl(?:y|ies)|message|"
    r"response)s? (?:must|has to|should|"
    r"begins?|starts?|ends?|with)\b|\b(?:chaque|toute) réponse (?:doit|commence|se termine)|\bjede antwort (?:muss|soll|beginnt|endet)|"
    r"\bcada respuesta (?:debe|empieza|termina)|\bend (?:every|all|each)\b|\bwhat (?:were|are) (?:the|your) (?:exact |own |"
    r"full |hidden )?"
    r"(?:instructions|rules|prompts?|orders)|\binstructions you (?:were|have|got)|\b(?:tes|vos) consignes\b|\bdeine anweisungen\b|"
    r"\bmot à mot\b|\b(?:prompts?|instructions|rules|above|it) word for word\b|\bwort für wort\b|\bkelimesi kelimesine\b|"
    r"\bpalabra por palabra\b|\babove this (?:line|message)\b|"
    r"\b(?:message|notice|note|nachricht|hinweis|message|note|mensaje|nota) (?:from|of|by|to|de|des|du|del|an|à|al)(?: the| den|"
    r" l'| la| le)?\s?"
    r"(?:platform|operator|admin\w*|system\w*|assistant\w*|asistente|assistenten|owner)|\b(?:operator|system|"
    r"admin\w*) (?:message|notice|update)\b|"
    r"\b(?:knowledge base|policy|guidelines|rules) (?:was|were|has been|have been|are|is) (?:replaced|void|disabled|suspended|"
    r"off|gone|changed)|"
    r"\bworkspace owner\b|\bapproval mode\b|\bopposite day\b|\bpig latin\b|\b(?:first|last) letters? of (?:each|every)|"
    r"\b(?:drop|skip|hide) the "
    r"(?:guidelines|rules|policy|reasons|remaining|questions)|\bhereby\b|\bwhatever (?:anybody|anyone|the facts|is said)|"
    r"\bdo what i say\b|"
    r"\bthe assistant\b[^.!?]{0,40}\b(?:must|should|will|says?|whatever)|^\s*(?:assistant|asistente|assistent)\s*[,:]|"
    r"^\s*(?:syst[eè]me?|sistema|система|系统|系統|システム|시스템|النظام)\s*[:：]|\bbot called\b|"
    r"(?:link|include|add|tag|ping|mention|send|put|visit|write to|beende|erwähne|termine|mentionne|termina|menciona|末尾)"
    r"[^\n]{0,60}(?:https?://|www\.|mailto:|<[@!#]|@\w|\bdot\b|\d+\.\d+\.\d+)|(?:https?://\S+|www\.\S+)[^\n]{0,40}(?:under|in|"
    r"to) (?:the|every|your) "
    r"(?:verdict|answer|card|repl)",
    re.IGNORECASE | re.MULTILINE,
)
# Words by which a message is about the bot, its verdict or other people's talk. They may be harmless: only a model's
# reading of facts is not trusted then.
META = re.compile(
    rf"\b(?:{_VERDICT})\b|\b[a-z]+_[a-z_]+\b|https?://|www\.|\S@\S|(?<!\w)[@#]\w|\bdot (?:com|org|net|example)|\b\d+\.\d+\.\d+\.\d+|"
    r"\b(?:your|deine?n?|tes?|tus?|seu|tuo|je|jouw|твои?) (?:\w+ )?(?:instructions?|rules?|prompt|policy|guidelines|"
    r"anweisung\w*|regeln|consignes|"
    r"règles|instrucc\w*|reglas|regras|regole|regels|правила)|\bother (?:teams?|threads?|users?|people)|\bthreads? you\b|"
    r"\blast conversation\b|"
    r"\b(?:somebody|someone) else\b|\bin private\b|\bandere[rns]? team|\bautres? équipe|\botro equipo|\baltr[oa] (?:team|squadra)|"
    r"\b(?:from now|from this point|for the rest|a partir de a\w+|à partir de maintenant|ab jetzt|ab sofort|da ora|vanaf nu|od teraz|"
    r"с этого момента|从现在|今から|şu andan)|\b(?:all|every|todas?|todos|tous|toutes|alle|tutti|tutte|wszystkie|все|tüm|"
    r"bütün) (?:\w+ ){0,2}"
    r"(?:questions?|facts?|preguntas|respuestas|perguntas|faits|fragen|fakten|domande|fatti|вопросы|факты)\b|"
    r"\b(?:correct answer|answer as if|as the last step|operator|administrator|administrateur|administrador|system\w*|sistema|"
    r"syst[eè]me|approv\w+|only provider|richtlinie|consigne|the notes|notizen|les notes|las notas)\b|"
    rf"{_BEGIN}(?:set|mark|treat|consider|say|tell|answer|reply|respond|output|print|write|return|display|show|announce|confirm|approve|"
    r"recommend|advise|declare|conclude|repeat|quote|encode|send|post|list|summari[sz]e|complete|begin|end|finish|start|include|"
    r"add|append|"
    r"put|link|tag|ping|mention|name|translate|stop|skip|drop|do|take|decode|reverse|forget|speak|"
    r"setze?|sag\w*|schreib\w*|zeig\w*|gib|nenne?|überspring\w*|beende|erwähne|antworte|mach\w*|"
    r"dis|dites|réponds|répondez|écris|écrivez|marque\w*|affiche\w*|termine\w*|mentionne\w*|ne pose|cesse|montre\w*|"
    r"di|diga|dile|escrib\w+|marca\w*|muestr\w+|no preguntes|termina|menciona|pon|responde|contesta|"
    r"dì|scrivi|mostra|rispondi|considera|esqueça|diga|considere|escreva|mostre|responda|zeg|schrijf|toon|glöm|säg|skriv|svara|"
    r"powiedz|napisz|pokaż|söyle|yaz|göster|скажи\w*|напиши\w*|покажи\w*|считай\w*|ответь\w*)\b|"
    r"标记|輸出|输出|告诉|言って|出力|標記|말하|출력|اكتب|قل|כתוב|लिखो|ตอบ",
    re.IGNORECASE | re.MULTILINE,
)
OTHER_SCRIPTS = re.compile(
    r"(?:忽略|无视|無視|忘记|忘れ|무시|잊어|تجاهل|انس|התעלם|תתעלם|अनदेखा|नज़रअंदाज़|भूल|ละเว้น|เพิกเฉย|ลืม).{0,40}"
    r"(?:指示|指令|规则|規則|ルール|命令|提示|プロンプト|지시|규칙|명령|تعليمات|التعليمات|القواعد|ההוראות|הוראות|निर्देश|नियम|คำสั่ง|กฎ)|"
    r"(?:指示|指令|规则|規則|ルール|命令|提示|プロンプト|지시|규칙|명령|التعليمات|القواعد|ההוראות|निर्देश|नियम|คำสั่ง|กฎ).{0,40}"
    r"(?:忽略|无视|無視|忘记|忘れ|무시|잊|تجاهل|התעלם|अनदेखा|नज़रअंदाज़|भूल|ละเว้น|เพิกเฉย|ลืม)|"
    r"(?:系统提示|系統提示|システムプロンプト|시스템 ?프롬프트|موجه النظام|תבניות המערכת|सिस्टम प्रॉम्प्ट|พรอมต์ระบบ|你现在是|"
    r"你現在是|あなたは今|"
    r"これからは|당신은 이제|أنت الآن|אתה עכשיו|अब आप|अब तुम|ตอนนี้คุณ|判定を|结论设|結論設|裁决|평결을)"
)
ENCODED = re.compile(
    r"(?<![\w/.-])(?=[A-Za-z0-9+/_-]*[A-Z])(?=[A-Za-z0-9+/_-]*[a-z])(?=[A-Za-z+/_-]*\d)[A-Za-z0-9+/_-]{24,}={0,2}(?![\w/.-])|"
    r"\b(?:[0-9a-f]{2}[ :]?){16,}\b|(?:\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|%[0-9a-f]{2}|&#x?[0-9a-f]+;){4,}|\b(?:[01]{8}\s?){4,}|"
    r"(?:[.\-]{1,6}[ /]+){12,}|\b[A-Z2-7]{32,}=*",
    re.IGNORECASE,
)
CODE = re.compile(
    r"\b(?:base ?64|rot[- ]?13|hex(?:adecimal)?|caesar|cipher|decode|decrypt|entschlüssel\w*|décode\w*|decodifica\w*)\b",
    re.IGNORECASE,
)
LEET = str.maketrans("0134578@$!", "oieastbasi")
LOOKALIKES = str.maketrans("аеорсухіјѕԁԛѡһӏАВЕКМНОРСТХΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "aeopcyxijsdqwhlABEKMHOPCTXABEZHIKMNOPTYXo")
SPACED = re.compile(r"(?:\b\w[ .\-_*]){5,}\w\b")
