// How a node id is written: hex in HTTP paths, "N" + four hex digits on displays, either hex or decimal in orders.
#pragma once
#include "Types.h"

namespace meshswarm {

// Lower-case hex without leading zeros, at most 8 characters: the node_id of the server's API.
std::string nodeIdHex(NodeId id);

// "N" and the last four hex digits in upper case (fewer if the id is shorter): a node's default name.
std::string nodeIdName(NodeId id);

// Whether `text` names `id`, read as hex (with or without 0x) or as decimal. An empty text names nobody.
bool namesNode(const std::string& text, NodeId id);

}  // namespace meshswarm
