/** 样本对齐的建议。 */
export default {
  "{0} Or accept anyway, if you know why they differ.": "{0:said}如您知道差异的原因，也可仍然接受。",
  "The node's operator sets board_url and board_token_file (a personal access token of an account of the board) in its settings (fusion.toml).":
    "请由节点的运维人员在其设置（fusion.toml）中设定 board_url 和 board_token_file（控制台账号的个人访问令牌）。",
  "Take the result as Parquet, or choose other columns.": "请以 Parquet 格式下载结果，或选择其他列。",
  "Split the file, or the node's operator raises max_upload_bytes in its settings (fusion.toml).":
    "请拆分文件，或由节点的运维人员在其设置（fusion.toml）中调高 max_upload_bytes。",
  "Split the data set; or the operators of both nodes raise max_rows in their settings (fusion.toml).":
    "请拆分数据集；或由双方节点的运维人员在设置（fusion.toml）中调高 max_rows。",
  "See that the partner's node runs, that its address is right (change it at the partner, where it is not), and that its operator has added this node: a node that does not know us, or has blocked us, lets no connection in.":
    "请确认合作方的节点在运行、其地址正确（否则请在该合作方处更改），且对方运维人员已添加本节点：不认识或已屏蔽我们的节点不允许任何连接。",
  "Save the file as UTF-8 (in Excel: Save as, CSV UTF-8) and add it again; or say its encoding, if that is GB18030 (GBK) or UTF-16.":
    "请将文件保存为 UTF-8（Excel：另存为，CSV UTF-8）后重新添加；如其编码为 GB18030（GBK）或 UTF-16，请指明编码。",
  "Save it as .xlsx and add that.": "请另存为 .xlsx 后添加。",
  "Run the schedule now, by hand, if the alignment is wanted.": "如需要该样本对齐，请手动立即运行此定时任务。",
  "Propose the alignment again: it runs without the table. Prepare a new one for later ones.":
    "请重新提议样本对齐：它将不用预制表运行。请为之后的样本对齐重新预制。",
  "Propose it again; the nodes' settings (pause_at_most_s) say how long a pause may be.":
    "请重新提议；暂停的最长时间由节点的设置（pause_at_most_s）决定。",
  "Mend the prefixes, or let more signs stay.": "请修正前缀，或保留更多字符。",
  "Mend the named row (the first is 1) and add the data set again, or agree on other decimals.":
    "请修正所指的行（第一行为 1）并重新添加数据集，或约定其他小数位数。",
  "Mend the named line and add the file again; a CSV file begins with a line of column names.":
    "请修正所指的行并重新添加文件；CSV 文件的第一行是列名。",
  "Look for it in the list of schedules; it may have been deleted.": "请在定时任务列表中查找；它可能已被删除。",
  "Look for it in the list of prepared tables; it may have been deleted.": "请在预制表列表中查找；它可能已被删除。",
  "Look for it in the list of alignments.": "请在样本对齐列表中查找。",
  "Look at the alignment again: somebody may have acted on it meanwhile.":
    "请再看一下该样本对齐：可能有人在此期间进行了操作。",
  "Leave the encoding to be found out.": "请让节点自行识别编码。",
  "Leave the encoding out.": "请不要指定编码。",
  "If its operator says by telephone that keys were renewed, take the partner's new keys.":
    "如对方运维人员在电话中确认更换了密钥，请采用合作方的新密钥。",
  "Give the token: it is the only line of the file token in the node's home folder.":
    "请提供令牌：它是节点主目录中 token 文件的唯一一行。",
  "Free some space where the node keeps its data, and add the file again; nothing of it was kept.":
    "请在节点存放数据处腾出空间，然后重新添加文件；未保留其任何内容。",
  "Fill it in, or say that empty values are zero.": "请填写，或说明空值按零计。",
  "Choose other id columns, or another key rule.": "请选择其他标识列，或其他标识规则。",
  "Choose one of the named sheets, and add the file again with it.": "请选择所列工作表之一，并指定它重新添加文件。",
  "Choose one from the list of partners, or add it by the invitation that its node shows.":
    "请从合作方列表中选择，或用对方节点显示的邀请添加。",
  "Choose one from the list of data sets, or add it first.": "请从数据集列表中选择，或先添加它。",
  "Choose as the key rule's hash what the columns were hashed by, or do not say that they are hashed already.":
    "请将标识规则的哈希设为这些列所用的哈希，或不要声明它们已是哈希值。",
  "Ask the partner's operator by telephone whether keys were renewed, and if so take the partner's new keys; nothing was sent, and alignments wait.":
    "请致电合作方的运维人员，询问是否更换了密钥；若是，请采用合作方的新密钥。没有发送任何内容，样本对齐正在等待。",
  "Align without a table, or the node's operator raises tables_most_bytes in its settings (fusion.toml).":
    "请不用预制表进行对齐，或由节点的运维人员在其设置（fusion.toml）中调高 tables_most_bytes。",
  "Add the data set again, and propose the alignment with it.": "请重新添加数据集，并用它提议样本对齐。",
  "Ask the partner's operator why; they unblock this node, or add and confirm it again.":
    "请向合作方的操作员询问原因；对方可解除屏蔽，或重新添加并确认本节点。",
  "Paste the invitation that the partner's node shows.": "请粘贴合作方节点显示的邀请。",
  "Agree on another hash, or run the node on a system whose OpenSSL has it.":
    "请约定另一种哈希，或在 OpenSSL 支持它的系统上运行节点。",
  "Ask again in a second.": "请稍后再询问。",
  "Ask the partner to answer it, or stop it.": "请让合作方答复，或停止它。",
  "Ask the partner whether they saw the proposal; then propose it again.": "请询问合作方是否看到提议，然后重新提议。",
  "Ask the partner's operator to compare fingerprints and to confirm this node; then try again.":
    "请让合作方的运维人员核对指纹并确认本节点，然后重试。",
  "Ask the partner, or stop the alignment.": "请询问合作方，或停止样本对齐。",
  "Bring both nodes to the same version of fusion.": "请将双方节点升级到同一版本。",
  "Bring the node with the older version to the newer one's.": "请将较旧的节点升级到较新的版本。",
  "Bring {0} to the version of fusion that {1} has.": "请将 {0} 升级到 {1} 的版本。",
  "Compare all 64 digits with what the partner's operator reads to you from their node; if they differ, delete the partner and ask for a new invitation: somebody may have changed it on its way.":
    "请与合作方运维人员从其节点念出的内容核对全部 64 位；若不同，请删除该合作方并索取新的邀请：可能有人在途中做了改动。",
  "Compare the fingerprint with the partner's operator by telephone, and confirm the partner.":
    "请通过电话与合作方的运维人员核对指纹，并确认该合作方。",
  "Compare with the partner which columns and which key rule make the ids (digits, case, spaces, hash); or accept anyway.":
    "请与合作方核对用哪些列、哪种标识规则（数字、大小写、空格、哈希）组成标识；或仍然接受。",
  "Copy the whole line that the partner's node shows, from hanse-fusion-1. to its end.":
    "请复制合作方节点显示的整行内容，从 hanse-fusion-1. 直到末尾。",
  "Free some space where the named node keeps its data; the alignment goes on by itself then.":
    "请在所指节点存放数据的位置腾出空间；随后样本对齐会自行继续。",
  'Give five cron fields in UTC, for instance "0 6 * * 1-5", and an end that is to come.':
    "请给出五个 cron 字段（UTC 时间），例如“0 6 * * 1-5”，以及将来的截止时间。",
  "Install the same version of fusion at both nodes, and propose the alignment again.":
    "请在双方节点安装相同版本，然后重新提议。",
  "Install the same version of fusion at both nodes.": "请在双方节点安装相同版本。",
  "It has {0}.": "它有：{0}。",
  "It is for {0}.": "它可用于：{0}。",
  "Leave the sheet out.": "请不要指定工作表。",
  "Look at the proposal, and answer it.": "请查看提议并答复。",
  "Make the node first: python -m fusion init.": "请先创建节点：python -m fusion init。",
  "Mend what the board says, and save the result again; it is kept here.":
    "请按控制台的提示修正，然后重新保存；结果仍保留在此。",
  "Name as many columns as the partner does, in the same order, all of them in the data set.":
    "请指定与合作方相同数量、相同顺序的列，且都在数据集中。",
  "Only a succeeded alignment has one; where only the receiver learns, or only size or sum, there is none.":
    "只有成功的样本对齐才有结果；若只有接收方得知，或只得知数量或总和，则没有。",
  "Propose a new alignment.": "请提议新的样本对齐。",
  "Protocols: auto, {0}.": "协议：auto、{0}。",
  "See that the node may write to its data folder.": "请确认节点可以写入其数据目录。",
  "Split the file.": "请拆分文件。",
  "Stop the alignment and propose it again.": "请停止样本对齐并重新提议。",
  "Stop the alignment first.": "请先停止样本对齐。",
  "Stop the alignment, or wait for its end.": "请停止样本对齐，或等待其结束。",
  "Talk to the partner; then propose the alignment again.": "请与合作方沟通，然后重新提议。",
  "Try again; if it happens again, the partner's software is faulty or dishonest.":
    "请重试；如再次发生，说明合作方的软件有误或不诚实。",
  "Unblock the partner first.": "请先解除对合作方的屏蔽。",
  "Write a long random text into it.": "请在其中写入一段长随机文本。",
  "Nobody has learned a sum. Align larger sets, or ask for the size only.":
    "没有任何一方得知总和。请对齐更大的集合，或只询问数量。",
  "Propose the alignment again: it is planned anew then, with what tables there are.":
    "请重新提议：届时会按现有的预制表重新计划。",
  "Propose the alignment again: {0} sends the table again then.": "请重新提议：届时 {0} 会重新发送预制表。",
  "Agree on another protocol; the detail says what happened here.": "请约定另一种协议；详情说明了此处发生的情况。",
  "Install numba (`pip install 'hanse[kernel]'`), or agree on another protocol, such as curve25519.":
    "请安装 numba（`pip install 'hanse[kernel]'`），或约定另一种协议，例如 curve25519。",
  "Run the task again. If it happens again, the machine's memory or processor is faulty.":
    "请重新运行任务。如再次发生，说明机器的内存或处理器有故障。",
  "Run the task again; if it happens again, its ids are not hashed as they should be.":
    "请重新运行任务；如再次发生，说明标识没有按应有的方式哈希。",
  "See that the named side's database server runs and can be reached; then do it again.":
    "请确认所指一方的数据库服务器正在运行且可以连接，然后重试。",
  "Send the request again.": "请重新发送请求。",
  "Try again when the partner has answered some of them, or stop some.":
    "请在合作方答复部分提议后重试，或停止其中一些提议。",
  "Wait for as long as the detail says, or ask the partner to raise partner_proposals_a_day.":
    "请等待详情所示的时间，或请合作方调大 partner_proposals_a_day。",
  "Wait for as long as the detail says; what was under way goes on by itself.":
    "请等待详情所示的时间；正在进行的工作会自行继续。",
};
