/** Texts every page shares. */
export const zhCN = {
  'product.name': '讲坛',
  'state.off': '未开始',
  'state.armed': '待播（仅预览）',
  'state.live': '直播中',
  'state.break': '休息中',
  'state.away': '信号中断',
  'state.ended': '已结束',
  'error.network': '网络连接失败，请检查网络后重试。',
  'error.unreadable': '服务器的回答无法识别（HTTP {status}）。',
  'language.switch': 'English',
  'language.label': '切换到英文',
  'action.close': '关闭',
  'action.retry': '重试',
} as const;
