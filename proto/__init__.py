"""The services' interfaces: `.proto` files with what protoc makes of them beside."""
