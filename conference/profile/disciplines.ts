/** 学科: GB/T 13745-2009 (学科分类与代码): medicine with its second level, the others with their first. */
export const version = 'GB/T 13745-2009';
export const text = `
320 临床医学 | Clinical medicine
  32011 临床诊断学
  32014 保健医学
  32017 理疗学
  32021 麻醉学
  32024 内科学
  32027 外科学
  32031 妇产科学
  32034 儿科学
  32037 眼科学
  32041 耳鼻咽喉科学
  32044 口腔医学
  32047 皮肤病学
  32051 性医学
  32054 神经病学
  32057 精神病学
  32058 重症医学
  32061 急诊医学
  32064 核医学
  32065 全科医学
  32067 肿瘤学
  32071 护理学
  32099 临床医学其他学科
310 基础医学 | Basic medicine
  31010 医学史
  31011 医学生物化学
  31014 人体解剖学
  31017 医学细胞生物学
  31021 人体生理学
  31024 人体组织胚胎学
  31027 医学遗传学
  31031 放射医学
  31034 人体免疫学
  31037 医学寄生虫学
  31041 医学微生物学
  31044 病理学
  31047 药理学
  31051 医学实验动物学
  31057 医学统计学
  31099 基础医学其他学科
330 预防医学与公共卫生学 | Preventive medicine and public health
  33011 营养学
  33014 毒理学
  33017 消毒学
  33021 流行病学
  33027 媒介生物控制学
  33031 环境医学
  33034 职业病学
  33035 热带医学
  33037 地方病学
  33041 社会医学
  33044 卫生检验学
  33047 食品卫生学
  33051 儿少与学校卫生学
  33054 妇幼卫生学
  33057 环境卫生学
  33061 劳动卫生学
  33064 放射卫生学
  33067 卫生工程学
  33071 卫生经济学
  33072 卫生统计学
  33074 优生学
  33077 健康促进与健康教育学
  33081 卫生管理学
  33099 预防医学与公共卫生学其他学科
340 军事医学与特种医学 | Military and special medicine
  34010 军事医学
  34020 特种医学
  34099 军事医学与特种医学其他学科
350 药学 | Pharmacy
  35010 药物化学
  35020 生物药物学
  35025 微生物药物学
  35030 放射性药物学
  35035 药剂学
  35040 药效学
  35045 药物管理学
  35050 药物统计学
  35099 药学其他学科
360 中医学与中药学 | Traditional Chinese medicine and pharmacy
  36010 中医学
  36020 民族医学
  36030 中西医结合医学
  36040 中药学
  36099 中医学与中药学其他学科
110 数学 | Mathematics
120 信息科学与系统科学 | Information and systems science
130 力学 | Mechanics
140 物理学 | Physics
150 化学 | Chemistry
160 天文学 | Astronomy
170 地球科学 | Earth science
180 生物学 | Biology
190 心理学 | Psychology
210 农学 | Agronomy
220 林学 | Forestry
230 畜牧、兽医科学 | Animal husbandry and veterinary science
240 水产学 | Fishery
410 工程与技术科学基础学科 | Basic engineering and technology
413 信息与系统科学相关工程与技术 | Information and systems engineering
416 自然科学相关工程与技术 | Engineering related to natural sciences
420 测绘科学技术 | Surveying and mapping
430 材料科学 | Materials science
440 矿山工程技术 | Mining engineering
450 冶金工程技术 | Metallurgical engineering
460 机械工程 | Mechanical engineering
470 动力与电气工程 | Power and electrical engineering
480 能源科学技术 | Energy science
490 核科学技术 | Nuclear science
510 电子与通信技术 | Electronics and communication
520 计算机科学技术 | Computer science
530 化学工程 | Chemical engineering
535 产品应用相关工程与技术 | Product engineering
540 纺织科学技术 | Textile science
550 食品科学技术 | Food science
560 土木建筑工程 | Civil engineering
570 水利工程 | Hydraulic engineering
580 交通运输工程 | Transport engineering
590 航空、航天科学技术 | Aerospace
610 环境科学技术及资源科学技术 | Environmental and resource science
620 安全科学技术 | Safety science
630 管理学 | Management
710 马克思主义 | Marxism
720 哲学 | Philosophy
730 宗教学 | Religious studies
740 语言学 | Linguistics
750 文学 | Literature
760 艺术学 | Art
770 历史学 | History
780 考古学 | Archaeology
790 经济学 | Economics
810 政治学 | Political science
820 法学 | Law
830 军事学 | Military science
840 社会学 | Sociology
850 民族学与文化学 | Ethnology and culture
860 新闻学与传播学 | Journalism and communication
870 图书馆、情报与文献学 | Library and information science
880 教育学 | Education
890 体育科学 | Sports science
910 统计学 | Statistics
`;
