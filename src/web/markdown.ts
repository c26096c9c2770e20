import DOMPurify from 'dompurify'
import MarkdownIt from 'markdown-it'

const markdown = new MarkdownIt({ html: false, linkify: true }).disable('image')

// Column alignment comes as a style attribute, which the page's content security policy refuses: a class says the same.
const align = (rule: 'th_open' | 'td_open'): void => {
  markdown.renderer.rules[rule] = (tokens, index, options, _env, renderer) => {
    const token = tokens[index]
    const style = String(token?.attrGet('style') ?? '')
    if (token && style !== '') {
      token.attrs = [['class', style.replace('text-align:', 'align-')]]
    }
    return renderer.renderToken(tokens, index, options)
  }
}
align('th_open')
align('td_open')

const outward = (html: string): string => html.replaceAll('<a ', '<a target="_blank" rel="noopener noreferrer" ')

/** Card detail (GitHub-flavoured Markdown) as clean HTML: no HTML of the author, no images, no styles. */
export const htmlOf = (detail: string): string =>
  DOMPurify.sanitize(outward(markdown.render(detail)), { FORBID_TAGS: ['img', 'style', 'form', 'input'], FORBID_ATTR: ['style'], ADD_ATTR: ['target'] })
