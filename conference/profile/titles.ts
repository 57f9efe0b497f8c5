/** 职称: GB/T 8561-2001 (专业技术职务代码), the ladders met at medical conferences. */
export const version = 'GB/T 8561-2001';
export const text = `
230 医师 | Physicians
  231 主任医师 | Chief physician
  232 副主任医师 | Associate chief physician
  233 主治（主管）医师 | Attending physician
  234 医师 | Resident physician
  235 医士 | Assistant physician
240 药剂人员 | Pharmacists
  241 主任药师 | Chief pharmacist
  242 副主任药师 | Associate chief pharmacist
  243 主管药师 | Pharmacist in charge
  244 药师 | Pharmacist
  245 药士 | Assistant pharmacist
250 护理人员 | Nurses
  251 主任护师 | Chief nurse
  252 副主任护师 | Associate chief nurse
  253 主管护师 | Nurse in charge
  254 护师 | Senior nurse
  255 护士 | Nurse
260 其他卫生技术人员 | Technicians
  261 主任技师 | Chief technician
  262 副主任技师 | Associate chief technician
  263 主管技师 | Technician in charge
  264 技师 | Technician
  265 技士 | Assistant technician
010 高等学校教师 | University teachers
  011 教授 | Professor
  012 副教授 | Associate professor
  013 讲师 | Lecturer
  014 助教 | Teaching assistant
`;
