import type { GovernanceTexts } from './texts.ts'

const days = (n: number): string => (n === 1 ? 'último día' : `últimos ${n} días`)

/** Every text of the governance pages, in Spanish. */
export const GOVERNANCE_TEXTS_ES: GovernanceTexts = {
  title: 'Seguimiento',
  lead: 'Con qué frecuencia actúan las reglas y qué responden los clínicos. Ningún paciente, ningún clínico.',
  filter: { from: 'Desde', until: 'Hasta', profile: 'Perfil', client: 'Cliente', any: 'todos', apply: 'Mostrar', last: days },
  exports: { title: 'Exportar', csv: 'CSV', json: 'JSON' },
  logout: 'Cerrar sesión',
  made: 'Este periodo contiene decisiones ficticias de la demostración.',
  demo: { load: 'Cargar un mes de demostración', explain: 'Escribe decisiones y respuestas ficticias de treinta días en el almacén de este entorno de prueba, bajo un cliente propio.', client: 'Demostración (ficticia)' },
  empty: 'En este periodo no se registró ninguna decisión.',
  failed: 'No se pudo leer el almacén. No se ha perdido nada; inténtelo de nuevo en un momento.',
  tiles: {
    calls: 'Llamadas respondidas', refused: 'Llamadas que no se pudieron comprobar', fired: 'Activaciones', shown: 'Mostradas en una tarjeta', accepted: 'Aceptadas', overridden: 'Rechazadas', unanswered: 'Sin respuesta',
    ofAnswered: 'de las respondidas',
  },
  targets: {
    title: 'Objetivos',
    'critical-per-10': (limit) => `Activaciones críticas mostradas por cada diez llamadas (objetivo: menos de ${limit})`,
    'justified-critical': (limit) => `Activaciones críticas aceptadas, o rechazadas por un motivo que no las da por erróneas (objetivo: más de ${limit})`,
    met: 'cumplido', missed: 'no cumplido', unclear: 'no se puede decir con tan pocas', hidden: 'demasiado pocas',
  },
  review: {
    title: 'Por revisar',
    none: 'Ninguna regla supera su límite en este periodo.',
    'nearly-always': (limit) => `rechazada en más del ${limit}`,
    'above-target': (limit) => `rechazada en más de su objetivo del ${limit}`,
    sure: 'seguro: todo el intervalo queda por encima',
    unsure: 'quizá: el intervalo llega más abajo',
  },
  overTime: {
    title: 'Por semana',
    week: 'Semana del',
    describe: (weeks) => `Respuestas a las activaciones mostradas en ${weeks} semanas, apiladas: aceptadas, rechazadas, sin respuesta. La tabla de abajo contiene los números.`,
    table: 'Los números',
    hidden: 'oculto',
  },
  rules: {
    title: 'Por regla', rule: 'Regla', urgency: 'Urgencia', share: 'Rechazadas, de las respondidas', reasons: 'Motivos', sort: 'Ordenado por', sorts: { overridden: 'proporción rechazada', fired: 'activaciones', rule: 'nombre' },
    gone: 'ya no existe', alone: 'por semana', only: (title) => `Solo la regla «${title}».`, all: 'Mostrar todas las reglas',
  },
  profiles: 'Por perfil',
  clients: 'Por cliente',
  small: (limit) => `< ${limit}`,
  hidden: 'oculto',
  interval: (low, high) => `${low} a ${high}`,
  withoutReason: 'sin motivo',
  note: (limit) => `Los recuentos de 1 a ${limit - 1} se ocultan, y un segundo cuando el primero podría deducirse. Los intervalos son del 95 % (Wilson). Una activación cuenta una vez por decisión, sean cuantas sean las tarjetas que la muestran; de varias respuestas cuenta la última.`,
  login: {
    title: 'Iniciar sesión',
    lead: 'Estas páginas son para la comisión de seguimiento. Inicie sesión con el token de administración de este servicio.',
    token: 'Token de administración',
    submit: 'Iniciar sesión',
    wrong: 'Este no es el token.',
    often: 'Demasiados intentos. Espere un minuto y vuelva a intentarlo.',
    foreign: 'Este formulario no se envió desde su propia página. Ábrala de nuevo.',
    session: (minutes) => `La sesión dura ${minutes} minutos en este navegador.`,
  },
}
