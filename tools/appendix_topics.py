"""What each statute of the appendices is about, and the kinds of act, in short words of our own (法令と行為の略称)."""

from openjuki.register.errors import Say

_TOPICS = """
銀行法|銀行代理業|bank agents
長期信用銀行法|長期信用銀行代理業|long-term credit bank agents
信用金庫法|信用金庫代理業|credit association agents
労働金庫法|労働金庫代理業|labour bank agents
協同組合による金融事業に関する法律|信用組合代理業|credit cooperative agents
農業協同組合法|農協信用事業の代理業|farm cooperative credit agents
水産業協同組合法|漁協信用事業の代理業|fishery cooperative credit agents
農林中央金庫法|農林中金代理業|Norinchukin Bank agents
保険業法|保険募集人・仲立人|insurance agents and brokers
金融商品取引法|金融商品取引業|securities and derivatives business
投資信託及び投資法人に関する法律|投資法人|investment corporations
信託業法|信託業|trust companies
貸金業法|貸金業|money lenders
資産の流動化に関する法律|特定目的会社|securitisation companies
資金決済に関する法律|資金決済業|payment services
公認会計士法|監査法人|audit firms
恩給法|恩給|old civil pensions
執行官法の一部を改正する法律|旧執行官の恩給|pensions of former court enforcement officers
国会議員互助年金法を廃止する法律|旧国会議員年金|pensions of former Diet members
地方公務員等共済組合法|地方公務員共済|local officials' mutual aid
地方公務員等共済組合法の一部を改正する法律|旧地方議員年金|pensions of former local assembly members
介護保険法|介護保険料|long-term care insurance
地方公務員災害補償法|地方公務員の公務災害|accidents of local officials
電気通信事業法|電気通信事業|telecommunications
日本電信電話株式会社等に関する法律|NTTの役員|NTT officers
電波法|無線局|radio stations
消防法|危険物・消防設備|dangerous goods and fire equipment
消防団員等公務災害補償等責任共済等に関する法律|消防団員の福祉|welfare of volunteer firefighters
司法試験法|司法試験|bar examination
不動産登記法|不動産登記|land and buildings register
船舶法|船舶|ships
工場抵当法|工場財団|factory mortgages
立木に関する法律|立木|standing timber
道路交通事業抵当法|道路交通事業財団|road transport mortgages
建設機械抵当法|建設機械|construction machinery mortgages
観光施設財団抵当法|観光施設財団|tourist facility mortgages
後見登記等に関する法律|成年後見|adult guardianship
供託法|供託|deposits with the state
出入国管理及び難民認定法|在留資格|residence status
旅券法|旅券|passport
国家公務員共済組合法|国家公務員共済|national officials' mutual aid
旧令による共済組合等からの年金受給者のための特別措置法|旧令共済|mutual aid under old ordinances
厚生年金保険法等の一部を改正する法律|統合した共済の年金|pensions of merged mutual aid bodies
関税法|税関|customs
たばこ事業法|たばこ販売|tobacco trade
塩事業法|塩の製造販売|salt trade
私立学校教職員共済法|私学共済|private school staff's mutual aid
博物館法|学芸員|curators
技術士法|技術士|professional engineers
放射性同位元素等による放射線障害の防止に関する法律|放射線取扱主任者|radiation protection supervisors
万国著作権条約の実施に伴う著作権法の特例に関する法律|翻訳権|translation rights
著作権法|著作権|copyright
著作権等管理事業法|著作権管理業|copyright management
美術品の美術館における公開の促進に関する法律|登録美術品|registered works of art
新型インフルエンザ予防接種による健康被害の救済に関する特別措置法|新型インフルエンザ予防接種の健康被害|harm by pandemic vaccination
特定Ｂ型肝炎ウイルス感染者給付金等の支給に関する特別措置法|B型肝炎給付|hepatitis B relief
薬事法|外国製造医薬品等|medicines made abroad
独立行政法人医薬品医療機器総合機構法|医薬品の健康被害|harm by medicines
労働安全衛生法|労働安全衛生|safety at work
作業環境測定法|作業環境測定士|working environment measurers
労働者災害補償保険法|労災保険|workers' accident insurance
賃金の支払の確保等に関する法律|未払賃金|unpaid wages
石綿による健康被害の救済に関する法律|石綿健康被害|harm by asbestos
職業安定法|職業紹介|employment placement
労働者派遣事業の適正な運営の確保及び派遣労働者の保護等に関する法律|労働者派遣|temporary staffing
雇用対策法|転職支援|help with changing jobs
雇用保険法|雇用保険|employment insurance
職業能力開発促進法|職業能力開発|vocational skills
職業訓練の実施等による特定求職者の就職の支援に関する法律|求職者支援訓練|training of job seekers
健康保険法|健康保険|health insurance
船員保険法|船員保険|seamen's insurance
国民年金法等の一部を改正する法律|旧船員保険の年金|pensions of the former seamen's insurance
厚生年金保険法|厚生年金|employees' pension
厚生年金保険制度及び農林漁業団体職員共済組合制度の統合を図るための農林漁業団体職員共済組合法等を廃止する等の法律|農林共済の年金|pensions of farm and fishery staff
国民年金法|国民年金|national pension
確定給付企業年金法|確定給付企業年金|defined-benefit company pension
確定拠出年金法|確定拠出年金|defined-contribution pension
中国残留邦人等の円滑な帰国の促進及び永住帰国後の自立の支援に関する法律|中国残留邦人|Japanese left in China
戦傷病者戦没者遺族等援護法|戦傷病者・戦没者遺族|war wounded and bereaved
卸売市場法|卸売市場|wholesale markets
商品先物取引法|商品先物取引|commodity futures
商品投資に係る事業の規制に関する法律|商品投資|commodity funds
森林法|保安林|protection forests
計量法|計量器|measuring instruments
アルコール事業法|工業用アルコール|industrial alcohol
特定製品に係るフロン類の回収及び破壊の実施の確保等に関する法律|フロン類|fluorocarbons
鉱業法|鉱業権|mining rights
石油の備蓄の確保等に関する法律|石油輸入|oil importers
深海底鉱業暫定措置法|深海底鉱業|deep seabed mining
火薬類取締法|火薬類|explosives
高圧ガス保安法|高圧ガス・LPガス|high-pressure and LP gas
電気工事士法|電気工事士|electricians
電気工事業の業務の適正化に関する法律|電気工事業|electrical contractors
特定家庭用機器再商品化法|家電リサイクル|recycling of appliances
建設業法|建設業|construction business
浄化槽法|浄化槽|septic tanks
宅地建物取引業法|宅地建物取引業|real estate business
マンションの管理の適正化の推進に関する法律|マンション管理|condominium management
旅行業法|旅行業|travel business
国際観光ホテル整備法|登録ホテル・旅館|registered hotels and inns
不動産の鑑定評価に関する法律|不動産鑑定|real estate appraisal
建築基準法|建築基準適合判定|building conformity assessors
建築士法|建築士|architects
道路運送車両法|自動車|motor vehicles
自動車損害賠償保障法|ひき逃げ等の被害|hit-and-run victims
小型船舶の登録等に関する法律|小型船舶|small vessels
航空法|航空機・航空従事者|aircraft and aircrew
気象業務法|気象予報|weather forecasting
国家公務員法|国家公務員採用|recruitment of national officials
国家公務員災害補償法|国家公務員の公務災害|accidents of national officials
災害対策基本法|災害|disasters
特定非営利活動促進法|NPO法人|non-profit corporations
公職選挙法|選挙|elections
消防組織法|非常勤消防団員|volunteer firefighters
予防接種法|予防接種の健康被害|harm by vaccination
原子爆弾被爆者に対する援護に関する法律|原爆被爆者|atomic bomb survivors
大規模小売店舗立地法|大規模小売店舗|large shops
総合特別区域法|総合特区|special zones
公営住宅法|公営住宅|public housing
高齢者の居住の安定確保に関する法律|高齢者住宅|housing for the elderly
公害健康被害の補償等に関する法律|公害健康被害|harm by pollution
廃棄物の処理及び清掃に関する法律|廃棄物|waste
家畜商法|家畜商|livestock dealers
液化石油ガスの保安の確保及び取引の適正化に関する法律|LPガス設備士|LP gas fitters
建設工事に係る資材の再資源化等に関する法律|解体工事業|demolition contractors
福島復興再生特別措置法|福島復興|Fukushima reconstruction
沖縄振興特別措置法|沖縄振興|promotion of Okinawa
児童扶養手当法|児童扶養手当|child rearing allowance
特別児童扶養手当等の支給に関する法律|特別児童扶養手当等|allowances for disabled children and adults
林業種苗法|林業種苗|forest seedlings
通訳案内士法|通訳案内士|guide interpreters
"""  # noqa: E501 one statute has a name of 70 signs

_ACTS = """
許可|許可|permission
認可|認可|approval
届出|届出|notification
登録|登録|registration
変更登録|変更登録|change of registration
新規登録|新規登録|first registration
移転登録|移転登録|transfer of registration
抹消登録|抹消登録|end of registration
免許|免許|licence
予備免許|予備免許|provisional licence
免許試験|免許試験|licence examination
更新|更新|renewal
認定|認定|recognition
認証|認証|certification
承認|承認|consent
確認|確認|confirmation
検認|検認|endorsement
検定|検定|type approval
技術検定|技術検定|skill examination
技能検定|技能検定|skill test
合格証書の交付|合格証書|pass certificate
試験|試験|examination
危険物取扱者試験|危険物取扱者試験|dangerous goods examination
消防設備士試験|消防設備士試験|fire equipment examination
危険物取扱者免状の交付|危険物取扱者免状|dangerous goods certificate
消防設備士免状の交付|消防設備士免状|fire equipment certificate
一級建築士等登録事務|一級建築士等の登録|registration of first-class architects
二級建築士等登録事務|二級建築士等の登録|registration of second-class architects
事務所登録等事務|事務所の登録|registration of offices
建築士事務所の登録|事務所の登録|registration of offices
宅地建物取引主任者資格の登録|主任者資格の登録|registration of qualified agents
通訳案内士法第|通訳案内士|guide interpreters
指定|指定|designation
指定の解除|指定解除|end of designation
申請|申請|application
交付|交付|issue of a document
再交付|再交付|reissue
書換え|書換え|rewriting of a document
免状交付事務|免状交付|issue of a certificate
資格者証の交付|資格者証|qualification card
経由|経由|forwarding
意見書の提出|意見書|statement of opinion
変更に|変更|change
登記|登記|entry in the register
表題登記|表題登記|first entry
還付|還付|repayment
取戻し|取戻し|taking back
発給|発給|issue
渡航先の追加|渡航先追加|further destinations
記載事項の訂正|訂正|correction
査証欄の増補|増補|extra pages
新規検査|新規検査|first inspection
記入|記入|entry of changes
仮船舶国籍証書|仮国籍証書|provisional certificate of nationality
船舶局無線従事者証明|従事者証明|ship radio operator certificate
航空従事者技能証明|技能証明|crew licence
航空身体検査証明|身体検査証明|medical certificate
年金である給付|年金給付|pension payments
一時金|一時金|lump sum
情報の収集|情報収集|keeping of records
権利の裁定|裁定|award
権利の決定|決定|award
支給の停止の解除|支給停止解除|end of suspension
特別徴収|特別徴収|deduction from pension
災害に対する補償|災害補償|compensation
損害補償|損害補償|compensation
補償給付|補償給付|compensation benefit
福祉事業|福祉事業|welfare work
消防団員等福祉事業|福祉事業|welfare work
退職報償金|退職報償金|retirement reward
損害のてん補|損害てん補|cover of damage
給付の支給|給付|benefit
救済給付|救済給付|relief benefit
副作用救済給付|副作用救済|relief for side effects
感染救済給付|感染救済|relief for infections
特別遺族給付金|特別遺族給付金|special survivor benefit
追加給付金|追加給付金|further benefit
定期検査費等の支給|検査費|cost of tests
受給者証の交付|受給者証|recipient's card
保険給付|保険給付|insurance benefit
社会復帰促進等事業|社会復帰促進|rehabilitation
職業転換給付金|職業転換給付金|benefit for changing jobs
基本手当|基本手当|basic allowance
高年齢求職者給付金|高年齢求職者給付|benefit for older job seekers
特例一時金|特例一時金|seasonal workers' lump sum
教育訓練給付金|教育訓練給付|training benefit
高年齢雇用継続基本給付金|高年齢雇用継続給付|benefit for continued work
高年齢再就職給付金|高年齢再就職給付|benefit for re-employment
雇用安定事業|雇用安定|employment stability
能力開発事業|能力開発|skills development
医療特別手当|医療特別手当|medical special allowance
特別手当|特別手当|special allowance
原子爆弾小頭症手当|小頭症手当|microcephaly allowance
健康管理手当|健康管理手当|health care allowance
保健手当|保健手当|health allowance
介護手当|介護手当|care allowance
葬祭料|葬祭料|funeral costs
児童扶養手当の支給|支給|payment
特別児童扶養手当|特別児童扶養手当|special child allowance
障害児福祉手当|障害児福祉手当|disabled child allowance
特別障害者手当|特別障害者手当|severely disabled allowance
福祉手当|福祉手当|welfare allowance
安否情報の回答|安否回答|answers about safety
被災者台帳|被災者台帳|register of victims
家賃の決定|家賃決定|setting of rent
入居者資格の確認|入居資格確認|tenants' eligibility
文書の交付|文書交付|issue of a document
投票を行わせる|投票|voting
健康管理調査|健康調査|health survey
都道府県知事が行うこととされた事務|知事の事務|duties of governors
"""


def _table(lines: str) -> dict[str, Say]:
    """Lines "term|Japanese|English" as a table."""
    parts = (line.split("|") for line in lines.split("\n") if line)
    return {term: Say(english, japanese) for term, japanese, english in parts}


TOPICS = _table(_TOPICS)
"""Statute -> what it is about in this catalogue."""
ACTS = _table(_ACTS)
"""Words of the law for a kind of act -> our words."""
