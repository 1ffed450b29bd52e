// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A record as its owner signed it. `id` is text, unique within its kind; `body` is canonical JSON (RFC 8785).
struct Record {
    uint8 kind;
    string id;
    bytes body;
    address owner;
    uint64 nonce;
}

/// EIP-712 digests of records and the recovery of who signed them.
/// The domain holds the federation's salt and neither chain id nor contract address, so that signed records can move to another chain.
library Records {
    bytes32 private constant DOMAIN_TYPE = keccak256("EIP712Domain(string name,string version,bytes32 salt)");
    bytes32 private constant RECORD_TYPE =
        keccak256("Record(uint8 kind,bytes32 id,bytes32 bodyHash,address owner,uint64 nonce)");
    // Half the order of secp256k1: a signature with a larger s has a twin with the same meaning and another hash.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    error BadSignature();
    error HighS();
    error ZeroOwner();

    function domain(bytes32 salt) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPE, keccak256("Hanse"), keccak256("1"), salt));
    }

    function digest(Record calldata record, bytes32 separator) internal pure returns (bytes32) {
        bytes32 content = keccak256(
            abi.encode(
                RECORD_TYPE,
                record.kind,
                keccak256(bytes(record.id)),
                keccak256(record.body),
                record.owner,
                record.nonce
            )
        );
        return keccak256(abi.encodePacked(hex"1901", separator, content));
    }

    /// Reverts unless `signature` (r, s, v: 65 bytes) is the owner's over the record.
    function verify(Record calldata record, bytes calldata signature, bytes32 separator) internal pure {
        // ecrecover answers address(0) for nonsense: an owner of zero would make every bad signature a good one.
        if (record.owner == address(0)) revert ZeroOwner();
        if (signature.length != 65) revert BadSignature();
        if (uint256(bytes32(signature[32:64])) > HALF_ORDER) revert HighS();
        address signer = ecrecover(
            digest(record, separator),
            uint8(signature[64]),
            bytes32(signature[0:32]),
            bytes32(signature[32:64])
        );
        if (signer != record.owner) revert BadSignature();
    }
}
