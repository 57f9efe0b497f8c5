/** 学历: GB/T 4658-2006 (学历代码), the levels and those who finished them. */
export const version = 'GB/T 4658-2006';
export const text = `
10 研究生教育 | Postgraduate
  11 博士研究生毕业 | Doctoral degree
  12 博士研究生结业 | Doctoral studies completed
  13 博士研究生肄业 | Doctoral studies not completed
  14 硕士研究生毕业 | Master's degree
  15 硕士研究生结业 | Master's studies completed
  16 硕士研究生肄业 | Master's studies not completed
20 大学本科教育 | Undergraduate
  21 大学本科毕业 | Bachelor's degree
  22 大学本科结业 | Undergraduate studies completed
  23 大学本科肄业 | Undergraduate studies not completed
  28 大学普通班毕业 | University, ordinary class
30 大学专科教育 | Junior college
  31 大学专科毕业 | Junior college degree
  32 大学专科结业 | Junior college completed
  33 大学专科肄业 | Junior college not completed
40 中等职业教育 | Secondary vocational
  41 中等专科毕业 | Secondary specialised school
  44 职业高中毕业 | Vocational high school
  47 技工学校毕业 | Technical school
60 普通高级中学教育 | High school
  61 普通高中毕业 | High school finished
70 初级中学教育 | Middle school
  71 初中毕业 | Middle school finished
`;
