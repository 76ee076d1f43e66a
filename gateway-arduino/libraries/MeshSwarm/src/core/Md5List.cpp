#include "Md5List.h"

#include <algorithm>

namespace meshswarm {

bool isMd5(const std::string& text) {
  if (text.length() != 32) return false;
  for (char c : text) {
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

void Md5List::parse(const std::string& text) {
  items_.clear();
  size_t at = 0;
  while (at <= text.length()) {
    const size_t comma = std::min(text.find(',', at), text.length());
    add(text.substr(at, comma - at));
    at = comma + 1;
  }
}

std::string Md5List::text() const {
  std::string all;
  for (const std::string& md5 : items_) all += (all.empty() ? "" : ",") + md5;
  return all;
}

bool Md5List::contains(const std::string& md5) const {
  return std::find(items_.begin(), items_.end(), md5) != items_.end();
}

bool Md5List::add(const std::string& md5) {
  if (!isMd5(md5) || capacity_ == 0) return false;
  if (!items_.empty() && items_.back() == md5) return false;
  remove(md5);
  if (items_.size() >= capacity_) items_.erase(items_.begin());
  items_.push_back(md5);
  return true;
}

bool Md5List::remove(const std::string& md5) {
  const auto found = std::find(items_.begin(), items_.end(), md5);
  if (found == items_.end()) return false;
  items_.erase(found);
  return true;
}

}  // namespace meshswarm
