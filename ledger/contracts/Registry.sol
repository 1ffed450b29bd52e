// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Record, Records} from "./Records.sol";

/// The federation's register of members, data resources, projects, consents and audit anchors.
///
/// Whoever sends the transaction has no say: each record carries its owner's EIP-712 signature, which is checked here, and the owner's next
/// nonce. Registration is open and pending until `threshold` governors have signed the same admission record. A project belongs to the admitted
/// member that wrote it first; ids of data resources, consents and anchors are each member's own, so nobody can occupy another's. Events hold all
/// that is needed to build the records again; nothing depends on the block's time.
///
/// A federation moves by a further contract of the next generation: it takes records from its creator alone until governance names it in a
/// closing record, which ends the writing here and begins it there.
contract Registry {
    using Records for Record;

    enum Status {
        None,
        Pending,
        Admitted,
        Frozen,
        Removed
    }

    struct Member {
        Status status;
        uint32 round; // grows with every decision of governance: votes of earlier rounds count no more
        address owner;
        address successor; // the key that may take over with a member record of its own
    }

    uint8 private constant MEMBER = 1; // 2, 4, 6: data resource, consent, anchor
    uint8 private constant PROJECT = 3;
    uint8 private constant ADMISSION = 5;
    uint8 private constant CLOSING = 7;
    uint256 private constant MAX_BODY_BYTES = 16384;
    uint256 private constant MAX_ID_BYTES = 128;
    uint256 private constant MAX_GOVERNORS = 32;

    uint32 public constant version = 2;

    bytes32 public immutable salt;
    uint32 public immutable generation; // 1: the federation's first contract
    uint32 public immutable threshold;
    bytes32 private immutable separator;
    address[] private governorList;

    mapping(address => bool) public isGovernor;
    mapping(address => uint64) public nextNonce;
    mapping(bytes32 => Member) public members; // by keccak256(member id)
    mapping(address => bytes32) public memberOf;
    mapping(bytes32 => bytes32) public promoterOf; // keccak256(project id): the member it belongs to
    mapping(bytes32 => uint32) private votes;
    mapping(bytes32 => mapping(address => bool)) private hasVoted;
    uint64 public head; // sequence of the newest record
    address public opener; // until the contract is open: the only account that may send records, copies of the last generation's
    address public successor; // once the contract is closed: where the federation went, and on which chain
    uint64 public successorChain;

    event Recorded(
        uint64 indexed sequence,
        uint8 indexed kind,
        bytes32 indexed id,
        bytes32 member,
        Record record,
        bytes signature
    );
    event StatusChanged(uint64 indexed sequence, bytes32 indexed member, Status status);

    error UnknownKind(uint8 kind);
    error BadId();
    error BodyTooLarge(uint256 size);
    error BadAdmission();
    error WrongNonce(uint64 expected);
    error ForeignOwner();
    error AddressTaken();
    error UnknownMember();
    error WrongStatus(Status status);
    error NotGovernor();
    error AlreadyVoted();
    error BadGovernance();
    error BadClosing();
    error NotOpen();
    error Closed(address successor, uint64 chain);

    constructor(bytes32 salt_, address[] memory governors_, uint32 threshold_, uint32 generation_) {
        if (generation_ == 0) revert BadGovernance();
        if (threshold_ == 0 || threshold_ > governors_.length || governors_.length > MAX_GOVERNORS) revert BadGovernance();
        for (uint256 i = 0; i < governors_.length; i++) {
            if (governors_[i] == address(0) || isGovernor[governors_[i]]) revert BadGovernance();
            isGovernor[governors_[i]] = true;
        }
        governorList = governors_;
        salt = salt_;
        threshold = threshold_;
        generation = generation_;
        if (generation_ > 1) opener = msg.sender;
        separator = Records.domain(salt_);
    }

    function governors() external view returns (address[] memory) {
        return governorList;
    }

    /// Puts a record on the ledger; reverts with the rule it breaks.
    function submit(Record calldata record, bytes calldata signature) external returns (uint64 sequence) {
        if (successor != address(0)) revert Closed(successor, successorChain);
        if (opener != address(0) && opener != msg.sender) revert NotOpen();
        if (record.kind < MEMBER || record.kind > CLOSING) revert UnknownKind(record.kind);
        _requireId(bytes(record.id));
        if (record.body.length > MAX_BODY_BYTES) revert BodyTooLarge(record.body.length);
        if (record.nonce != nextNonce[record.owner]) revert WrongNonce(nextNonce[record.owner]);
        record.verify(signature, separator);

        nextNonce[record.owner] = record.nonce + 1;
        sequence = ++head;
        bytes32 id = keccak256(bytes(record.id));
        bytes32 member;
        if (record.kind == MEMBER) member = _register(record, id);
        else if (record.kind == ADMISSION) member = _decide(record, id);
        else if (record.kind == CLOSING) _close(record, id);
        else member = _publish(record, id);
        emit Recorded(sequence, record.kind, id, member, record, signature);
    }

    /// The first record of an id makes a pending member; later ones come from its owner, or from the successor, who thereby takes over.
    function _register(Record calldata record, bytes32 id) private returns (bytes32) {
        Member storage member = members[id];
        bytes32 known = memberOf[record.owner];
        if (member.status == Status.None) {
            if (known != 0) revert AddressTaken();
            member.owner = record.owner;
            memberOf[record.owner] = id;
            _setStatus(member, id, Status.Pending);
        } else if (member.successor == record.owner) {
            if (known != 0) revert AddressTaken();
            if (member.status == Status.Removed) revert WrongStatus(member.status);
            delete memberOf[member.owner];
            delete member.successor;
            member.owner = record.owner;
            memberOf[record.owner] = id;
        } else {
            if (known != id) revert ForeignOwner();
            _requireActive(member);
        }
        return id;
    }

    /// Data resources, projects, consents and anchors: only admitted members write, and only the first one to use a project's id may write it again.
    function _publish(Record calldata record, bytes32 id) private returns (bytes32 member) {
        member = memberOf[record.owner];
        Status status = members[member].status;
        if (status == Status.None) revert UnknownMember();
        if (status != Status.Admitted) revert WrongStatus(status);
        if (record.kind != PROJECT) return member;
        if (promoterOf[id] == 0) promoterOf[id] = member;
        else if (promoterOf[id] != member) revert ForeignOwner();
    }

    /// Counts a governor's signature under a decision about a member and carries it out at the threshold.
    /// A member's own key may name its successor without governance.
    function _decide(Record calldata record, bytes32 id) private returns (bytes32) {
        Member storage member = members[id];
        if (member.status == Status.None) revert UnknownMember();
        bytes32 decision = keccak256(record.body);
        address next = _newKey(record);
        if (!isGovernor[record.owner]) {
            if (memberOf[record.owner] != id || next == address(0)) revert NotGovernor();
            _requireActive(member);
            member.successor = next;
            return id;
        }
        Status status = next == address(0) ? _next(member.status, decision, record.id) : member.status;
        if (status == Status.Removed && member.status == Status.Removed) revert WrongStatus(member.status);
        if (_vote(keccak256(abi.encode(id, decision, member.round)), record.owner)) {
            member.round++;
            if (next != address(0)) member.successor = next;
            else _setStatus(member, id, status);
        }
        return id;
    }

    /// Counts a governor's signature under a closing record, whose id is the generation that it closes. The same records are copied to the next
    /// generation, which they open; further generations hold them as history.
    function _close(Record calldata record, bytes32 id) private {
        if (!isGovernor[record.owner]) revert NotGovernor();
        uint256 closes = _number(bytes(record.id));
        if (closes > generation) revert BadClosing();
        (uint64 chain, address next) = _succession(record);
        if (closes + 1 < generation) return;
        if (!_vote(keccak256(abi.encode(id, keccak256(record.body))), record.owner)) return;
        if (closes == generation) {
            successor = next;
            successorChain = chain;
        } else {
            if (next != address(this) || opener == address(0)) revert BadClosing();
            opener = address(0);
        }
    }

    /// Counts a governor under a ballot, once; answers whether the threshold is reached by it.
    function _vote(bytes32 ballot, address governor) private returns (bool) {
        if (hasVoted[ballot][governor]) revert AlreadyVoted();
        hasVoted[ballot][governor] = true;
        return ++votes[ballot] == threshold;
    }

    function _setStatus(Member storage member, bytes32 id, Status status) private {
        member.status = status;
        emit StatusChanged(head, id, status);
    }

    /// Printable ASCII without quote and backslash: any reader can decode it, and it stands in JSON as it is.
    function _requireId(bytes calldata id) private pure {
        if (id.length == 0 || id.length > MAX_ID_BYTES) revert BadId();
        for (uint256 i = 0; i < id.length; i++) {
            uint8 letter = uint8(id[i]);
            if (letter < 33 || letter > 126 || letter == 34 || letter == 92) revert BadId();
        }
    }

    function _requireActive(Member storage member) private view {
        if (member.status != Status.Pending && member.status != Status.Admitted) revert WrongStatus(member.status);
    }

    /// The status that a decision leads to. Canonical JSON has one spelling, so the body need not be parsed: its hash is compared.
    function _next(Status status, bytes32 decision, string calldata id) private pure returns (Status) {
        if (decision == _spelling("admit", id)) {
            if (status != Status.Pending) revert WrongStatus(status);
            return Status.Admitted;
        }
        if (decision == _spelling("freeze", id)) {
            if (status != Status.Admitted) revert WrongStatus(status);
            return Status.Frozen;
        }
        if (decision == _spelling("unfreeze", id)) {
            if (status != Status.Frozen) revert WrongStatus(status);
            return Status.Admitted;
        }
        if (decision == _spelling("remove", id)) return Status.Removed;
        revert BadAdmission();
    }

    function _spelling(string memory action, string calldata id) private pure returns (bytes32) {
        return keccak256(abi.encodePacked('{"action":"', action, '","member":"', id, '"}'));
    }

    /// The address named by {"action":"rotate","member":ID,"successor":"0x<40 lower-case digits>"}, or zero if the body says something else.
    function _newKey(Record calldata record) private pure returns (address) {
        bytes memory start = abi.encodePacked('{"action":"rotate","member":"', record.id, '","successor":"0x');
        if (record.body.length != start.length + 42) return address(0);
        if (keccak256(record.body[:start.length]) != keccak256(start)) return address(0);
        if (bytes2(record.body[start.length + 40:]) != '"}') return address(0);
        (bool good, address key) = _address(record.body[start.length:start.length + 40]);
        if (!good) revert BadAdmission();
        return key;
    }

    /// What {"action":"close","chain_id":CHAIN,"generation":ID,"successor":"0x<40 lower-case digits>"} names.
    function _succession(Record calldata record) private pure returns (uint64 chain, address next) {
        bytes memory start = '{"action":"close","chain_id":';
        bytes memory middle = abi.encodePacked(',"generation":', record.id, ',"successor":"0x');
        bytes calldata body = record.body;
        if (body.length < start.length + 1 + middle.length + 42) revert BadClosing();
        uint256 digits = body.length - start.length - middle.length - 42;
        uint256 end = start.length + digits;
        if (keccak256(body[:start.length]) != keccak256(start)) revert BadClosing();
        if (keccak256(body[end:end + middle.length]) != keccak256(middle)) revert BadClosing();
        if (bytes2(body[body.length - 2:]) != '"}') revert BadClosing();
        chain = uint64(_number(body[start.length:end]));
        bool good;
        (good, next) = _address(body[body.length - 42:body.length - 2]);
        if (!good || next == address(0)) revert BadClosing();
    }

    /// A number of at most 16 digits as canonical JSON writes it.
    function _number(bytes calldata text) private pure returns (uint256 value) {
        if (text.length == 0 || text.length > 16 || (text[0] == "0" && text.length > 1)) revert BadClosing();
        for (uint256 i = 0; i < text.length; i++) {
            uint8 digit = uint8(text[i]);
            if (digit < 48 || digit > 57) revert BadClosing();
            value = value * 10 + digit - 48;
        }
    }

    function _address(bytes calldata text) private pure returns (bool, address) {
        uint160 value;
        for (uint256 i = 0; i < 40; i++) {
            uint8 digit = uint8(text[i]);
            if (digit >= 48 && digit <= 57) digit -= 48;
            else if (digit >= 97 && digit <= 102) digit -= 87;
            else return (false, address(0));
            value = value * 16 + digit;
        }
        return (true, address(value));
    }
}
