// cJSON: numbers, escapes, errors, printing.
#include <cJSON.h>
#include "check.h"

static String reprint(const char *json, bool pretty = false) {
  cJSON *root = cJSON_Parse(json);
  char *text = pretty ? cJSON_Print(root) : cJSON_PrintUnformatted(root);
  String out = text ? text : "(null)";
  cJSON_free(text);
  cJSON_Delete(root);
  return out;
}

static void check_round_trips() {
  static const struct {
    const char *name, *in, *out;
  } table[] = {
      {"json.zero", "0", "0"},
      {"json.minus.zero", "-0", "0"},
      {"json.int", "-2147483648", "-2147483648"},
      {"json.uint32", "4294967295", "4294967295"},
      {"json.large", "12345678901234567890", "1.2345678901234567e+19"},
      {"json.tenth", "0.1", "0.1"},
      {"json.third", "0.3333333333333333", "0.33333333333333331"},
      {"json.exponent", "1e3", "1000"},
      {"json.small", "1.5e-10", "1.5e-10"},
      {"json.huge", "1e300", "1e+300"},
      {"json.infinite", "1e999", "null"},
      {"json.literals", " [ true , false , null ] ", "[true,false,null]"},
      {"json.nested", "{\"a\":{\"b\":[1,{\"c\":2}]}}", "{\"a\":{\"b\":[1,{\"c\":2}]}}"},
      {"json.empty", "[{},[],\"\"]", "[{},[],\"\"]"},
      {"json.escapes", "\"\\\" \\\\ \\/ \\b\\f\\n\\r\\t\"", "\"\\\" \\\\ / \\b\\f\\n\\r\\t\""},
      {"json.control", "\"\\u0001\\u001f\"", "\"\\u0001\\u001f\""},
      {"json.utf8", "\"\\u00e9\\u20ac\\ud83d\\ude00\"", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""},
      {"json.duplicate.keys", "{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}"},
      {"json.trailing.text", "1 and more", "1"},
      {"json.bom", "\xef\xbb\xbf{}", "{}"},
      {"json.bad.comma", "[1,]", "(null)"},
      {"json.bad.open", "{\"a\":1", "(null)"},
      {"json.bad.string", "\"abc", "(null)"},
      {"json.bad.escape", "\"\\x\"", "(null)"},
      {"json.bad.surrogate", "\"\\ud800\"", "(null)"},
      {"json.bad.low.surrogate", "\"\\udc00\"", "(null)"},
      {"json.bad.literal", "tru", "(null)"},
      {"json.bad.key", "{1:2}", "(null)"},
      {"json.bad.empty", "", "(null)"},
      {"json.bad.minus", "-", "(null)"},
  };
  for (auto &row : table) equal(row.name, reprint(row.in), row.out);
}

void check_json() {
  check_round_trips();
  equal("json.pretty", reprint("{\"a\":[1,2,{\"b\":{}}]}", true), "{\n\t\"a\":\t[1, 2, {\n\t\t\t\"b\":\t{\n\t\t\t}\n\t\t}]\n}");
  String deep;
  for (int i = 0; i < 1000; i++) deep += '[';
  String closed = deep;
  for (int i = 0; i < 1000; i++) closed += ']';
  cJSON *root = cJSON_Parse(closed.c_str());
  check("json.depth.1000", root != nullptr);
  cJSON_Delete(root);
  closed = String("[") + closed + "]";
  check("json.depth.1001", cJSON_Parse(closed.c_str()) == nullptr);
  const char *bad = "{\"a\":x}";
  cJSON_Parse(bad);
  equal("json.error.at", cJSON_GetErrorPtr() - bad, 5);
  const char *end = nullptr;
  root = cJSON_ParseWithOpts("[1] tail", &end, 0);
  equal("json.end", end, " tail");
  cJSON_Delete(root);
  check("json.require.end", cJSON_ParseWithOpts("[1] tail", nullptr, 1) == nullptr);
  root = cJSON_ParseWithLength("[12]34", 4);
  equal("json.length", cJSON_GetArrayItem(root, 0)->valueint, 12);
  cJSON_Delete(root);
  check("json.length.short", cJSON_ParseWithLength("[12]", 3) == nullptr);
  root = cJSON_Parse("{\"big\":4294967295,\"neg\":-3000000000.5}");
  equal("json.saturate", cJSON_GetObjectItem(root, "big")->valueint, INT32_MAX);
  check("json.double", cJSON_GetObjectItem(root, "BIG")->valuedouble == 4294967295.0);
  equal("json.saturate.low", cJSON_GetObjectItem(root, "neg")->valueint, INT32_MIN);
  check("json.case", cJSON_GetObjectItemCaseSensitive(root, "BIG") == nullptr);
  char small[8];
  check("json.preallocated.small", !cJSON_PrintPreallocated(root, small, sizeof small, false));
  cJSON_Delete(root);
  char text[] = "{ /* c */ \"a b\" : 1 , // d\n \"c\":2 }";
  cJSON_Minify(text);
  equal("json.minify", text, "{\"a b\":1,\"c\":2}");
}

void check_json_tree() {
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "s", "x");
  cJSON_AddNumberToObject(root, "n", 1.5);
  cJSON_AddBoolToObject(root, "b", true);
  cJSON *list = cJSON_AddArrayToObject(root, "l");
  for (int i = 0; i < 4; i++) cJSON_AddItemToArray(list, cJSON_CreateNumber(i));
  cJSON_DeleteItemFromArray(list, 3);
  cJSON_InsertItemInArray(list, 1, cJSON_CreateString("i"));
  cJSON_ReplaceItemInObject(root, "n", cJSON_CreateNull());
  cJSON_DeleteItemFromObject(root, "b");
  cJSON_AddItemReferenceToObject(root, "r", list);
  char *text = cJSON_PrintUnformatted(root);
  equal("json.build", text, "{\"s\":\"x\",\"n\":null,\"l\":[0,\"i\",1,2],\"r\":[0,\"i\",1,2]}");
  cJSON_free(text);
  cJSON *copy = cJSON_Duplicate(root, true);
  check("json.compare.equal", cJSON_Compare(root, copy, true));
  cJSON_SetValuestring(cJSON_GetObjectItem(copy, "s"), "a longer text");
  check("json.compare.differs", !cJSON_Compare(root, copy, true));
  cJSON *detached = cJSON_DetachItemFromObject(copy, "l");
  equal("json.detach", cJSON_GetArraySize(detached), 4);
  check("json.detach.gone", !cJSON_HasObjectItem(copy, "l"));
  cJSON_Delete(detached);
  cJSON_Delete(copy);
  cJSON_Delete(root);
  check("json.null.safe", !cJSON_GetObjectItem(nullptr, "a") && !cJSON_IsString(nullptr) && !cJSON_Print(nullptr));
}
