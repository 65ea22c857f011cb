// Says whether something stands behind `return` on its own line: that is its value, the next line is not.

#include "tree_sitter/parser.h"

enum TokenType { SAME_LINE, ERROR_SENTINEL };

void *tree_sitter_cosim_external_scanner_create(void) { return NULL; }
void tree_sitter_cosim_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_cosim_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}
void tree_sitter_cosim_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

bool tree_sitter_cosim_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid_symbols) {
  (void)payload;
  if (valid_symbols[ERROR_SENTINEL] || !valid_symbols[SAME_LINE]) return false;
  while (lexer->lookahead == ' ' || lexer->lookahead == '\t') lexer->advance(lexer, true);
  switch (lexer->lookahead) {
    // The end of the line, of the block, of the statement, of the file; a comment.
    case '\n':
    case '\r':
    case '}':
    case ';':
    case '/':
    case 0:
      return false;
    default:
      lexer->mark_end(lexer);
      lexer->result_symbol = SAME_LINE;
      return true;
  }
}
